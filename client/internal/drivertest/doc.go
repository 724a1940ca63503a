// Package drivertest is what the tests of all drivers do the same way: reading
// records into golden files, and weighing idle shops.
package drivertest
