// Package driver is what the drivers of all platforms do the same way: telling
// why a reply cannot be read, or an entry of a batch was refused, without
// showing a secret or a receiver; and checking addresses of gateways.
package driver
