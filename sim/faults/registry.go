package faults

import (
	"slices"
	"time"
)

// A Row is one fault that a scenario can name. The verb, its syntax, its help
// and its line in the reference follow from it.
type Row struct {
	Name string
	Args string // as in the reference
	Doc  string
	Hook Hook
	// Anytime is for a fault on answers that also acts when no command runs.
	Anytime bool
	// Parse takes the arguments of Args.
	Parse func(Words) (Fault, error)
}

// Standing reports whether the fault lasts until it is switched off. Others act
// once.
func (r Row) Standing() bool { return r.Hook == OnStream || r.Hook == OnLine }

// rows are the faults in the order of the reference.
var rows = []Row{
	lateRow, missingRow, doubledRow, truncatedRow, splitRow, garbledRow, insertedRow,
	lostBytesRow, doubledBytesRow, flippedBitsRow,
	noiseRow, ftpRow,
}

// Rows returns the faults that a scenario can name, in the order of the
// reference.
func Rows() []Row { return slices.Clone(rows) }

// Words are the words of a scenario's line behind the name of a fault.
type Words interface {
	// More reports whether there is another word.
	More() bool
	// Peek returns the next word without taking it; "" at the end.
	Peek() string
	// Word takes the next word; "" at the end.
	Word() string
	// Is takes the next word if it is this one.
	Is(word string) bool
	// Number takes a whole number from low to high; what names it in the error.
	Number(what string, low, high int64) (int64, error)
	// Duration takes a time above 0, such as 10s.
	Duration() (time.Duration, error)
	// Text takes the rest of the line, with its escapes resolved.
	Text() (string, error)
}
