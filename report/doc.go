// Package report writes what runs came to, for people and for programs.
//
// [Run] writes what a person should know of one run, [Verdict] the last line about all of them.
// [NewJUnit] makes the report that continuous integration reads; it is on the disk before the first
// run, and whole after each.
//
// The runs themselves are those of package run.
package report
