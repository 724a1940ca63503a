// Package suite runs the conformance suites of this module, such as that of
// package ordertest: one subtest for each promise, and nothing is skipped
// unseen.
//
// It is a folder at the root because the suites lie beside different packages:
// an internal folder below one of these is closed to the others, and anywhere
// else the runner would be one more thing for users to see. They see the suites
// only.
package suite
