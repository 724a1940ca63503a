// Package drivertest holds the tests that all drivers share: recorded replies
// against golden files, faults, lost answers, and the size of idle shops.
package drivertest
