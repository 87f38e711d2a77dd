// Package phonebook is the memories of a module's phone book and its SIM's. It does no I/O.
package phonebook

import (
	"errors"
	"slices"
	"strings"
)

// The memories (AT manual, +CPBS).
const (
	Dialled   = "DC"
	Emergency = "EN"
	Fixed     = "FD"
	Missed    = "MC"
	Own       = "ON"
	Received  = "RC"
	SIM       = "SM"
)

// How long a number and a text may be (assumed: those of a common SIM).
const (
	MaxNumber = 20
	MaxText   = 14
)

// The errors of [Book.Write]. The book is unchanged then.
var (
	ErrIndex      = errors.New("there is no such place in the memory")
	ErrFull       = errors.New("the memory is full")
	ErrReadOnly   = errors.New("the memory takes no entries")
	ErrProtected  = errors.New("the memory needs PIN2")
	ErrText       = errors.New("the text is too long (at most 14 characters)")
	ErrNumber     = errors.New("the number is too long (at most 20 digits)")
	ErrCharacters = errors.New("a number is made of digits, *, #, P and a + before them")
)

// An Entry is a number with a text.
type Entry struct {
	Index  int
	Number string // with + when it is international
	Text   string
}

// Type is the type of the number (24.008 10.5.4.7): 145 international, 129 unknown.
func (e Entry) Type() int {
	if strings.HasPrefix(e.Number, "+") {
		return 145
	}
	return 129
}

// A memory is what is known of one of the memories.
type memory struct {
	name     string
	capacity int
	write    error // of writing to it
}

// memories are in the order of +CPBS. Their capacities are assumed.
var memories = []memory{
	{Dialled, 10, ErrReadOnly}, {Emergency, 5, ErrReadOnly}, {Fixed, 10, ErrProtected}, {Missed, 10, ErrReadOnly},
	{Own, 2, nil}, {Received, 10, ErrReadOnly}, {SIM, 100, nil},
}

// Names returns the names of the memories.
func Names() []string {
	var names []string
	for _, m := range memories {
		names = append(names, m.name)
	}
	return names
}

// A Book is all memories. It is not safe for concurrent use.
type Book struct {
	entries map[string][]Entry // by memory, in the order of their places; none of Emergency
}

// emergency is what that memory holds for good.
var emergency = []Entry{{1, "112", ""}, {2, "911", ""}}

// New returns a book that holds the emergency numbers alone.
func New() *Book { return new(Book) }

// of returns the entries of a memory.
func (b *Book) of(name string) []Entry {
	if name == Emergency {
		return emergency
	}
	return b.entries[name]
}

// keep replaces the entries of a memory.
func (b *Book) keep(name string, entries []Entry) {
	if b.entries == nil {
		b.entries = make(map[string][]Entry)
	}
	b.entries[name] = entries
}

func find(name string) (memory, bool) {
	i := slices.IndexFunc(memories, func(m memory) bool { return m.name == name })
	if i < 0 {
		return memory{}, false
	}
	return memories[i], true
}

// Capacity returns how many places a memory has; 0: there is no such memory.
func Capacity(name string) int {
	m, _ := find(name)
	return m.capacity
}

// Entries returns what a memory holds, in the order of its places.
func (b *Book) Entries(name string) []Entry { return slices.Clone(b.of(name)) }

// Write puts an entry at its place, or at the first that is free when its index is 0.
func (b *Book) Write(name string, e Entry) error {
	m, _ := find(name)
	switch {
	case m.write != nil:
		return m.write
	case e.Index < 0 || e.Index > m.capacity:
		return ErrIndex
	case len(strings.TrimPrefix(e.Number, "+")) > MaxNumber:
		return ErrNumber
	case !isNumber(e.Number):
		return ErrCharacters
	case len(e.Text) > MaxText:
		return ErrText
	case e.Index == 0 && len(b.of(name)) == m.capacity:
		return ErrFull
	}
	if e.Index == 0 {
		e.Index = b.free(name)
	}
	b.remove(name, e.Index)
	at := slices.IndexFunc(b.of(name), func(o Entry) bool { return o.Index > e.Index })
	if at < 0 {
		at = len(b.of(name))
	}
	b.keep(name, slices.Insert(b.of(name), at, e))
	return nil
}

// Delete empties a place. An empty one stays so.
func (b *Book) Delete(name string, index int) error {
	m, _ := find(name)
	switch {
	case name == Emergency:
		return ErrReadOnly
	case errors.Is(m.write, ErrProtected):
		return m.write
	case index < 1 || index > m.capacity:
		return ErrIndex
	}
	b.remove(name, index)
	return nil
}

func (b *Book) remove(name string, index int) {
	b.keep(name, slices.DeleteFunc(b.of(name), func(e Entry) bool { return e.Index == index }))
}

// free returns the first place that is free; there is one.
func (b *Book) free(name string) int {
	for i, e := range b.of(name) {
		if e.Index != i+1 {
			return i + 1
		}
	}
	return len(b.of(name)) + 1
}

// Log puts a number at the first place of a list of calls. The oldest goes when the list is full.
func (b *Book) Log(name, number string) {
	list := append([]Entry{{Number: number}}, b.of(name)...)
	list = list[:min(len(list), Capacity(name))]
	for i := range list {
		list[i].Index = i + 1
	}
	b.keep(name, list)
}

// Find returns the entry that a text names, of SM and then of the others.
func (b *Book) Find(text string) (Entry, bool) {
	for _, name := range []string{SIM, Fixed, Own, Dialled, Missed, Received, Emergency} {
		for _, e := range b.of(name) {
			if text != "" && strings.EqualFold(e.Text, text) {
				return e, true
			}
		}
	}
	return Entry{}, false
}

// isNumber reports whether s is made of what a SIM stores (GSM 11.11 10.5.1).
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "+")
	return s != "" && strings.Trim(s, "0123456789*#Pp") == ""
}
