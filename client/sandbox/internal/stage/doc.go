// Package stage holds what the sandbox and its platforms share. The sandbox
// gives each platform a [World]; the platform gives the sandbox a [Platform],
// which may also have powers such as [Buyers] and [Seller]. Neither imports the
// other.
package stage
