// Package settle decides how a call ends: it turns any error into the
// [mall.Error] that leaves an exported call, and finds out what became of a
// write whose answer was lost.
//
// It is a folder at the root because the domain packages and package client lie
// beside each other and all of them end calls in the same way.
package settle
