// Package scenarios is the language of profiles and scenarios (*.scn files): its grammar,
// the typed settings that `set` reaches, and the profiles that are compiled in. What a
// setting does is decided where it is read.
//
// A file is read line by line: one rule a line, a comment is a whole line that begins with
// #, nothing is quoted, and the last argument runs verbatim to the end of the line.
package scenarios
