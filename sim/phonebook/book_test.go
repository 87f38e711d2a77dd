package phonebook

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// What is wrong with an entry is told, and the book is as it was.
func TestWriteRefuses(t *testing.T) {
	b := New()
	for i := range 100 {
		if err := b.Write(SIM, Entry{Number: fmt.Sprint(i), Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	before := fmt.Sprint(b.entries)
	for _, c := range []struct {
		memory string
		entry  Entry
		want   error
	}{
		{SIM, Entry{Number: "1"}, ErrFull},
		{SIM, Entry{Index: 101, Number: "1"}, ErrIndex},
		{SIM, Entry{Index: 1, Number: strings.Repeat("1", 21)}, ErrNumber},
		{SIM, Entry{Index: 1, Number: "12a"}, ErrCharacters},
		{SIM, Entry{Index: 1}, ErrCharacters},
		{SIM, Entry{Index: 1, Number: "1", Text: strings.Repeat("x", 15)}, ErrText},
		{Fixed, Entry{Index: 1, Number: "1"}, ErrProtected},
		{Received, Entry{Index: 1, Number: "1"}, ErrReadOnly},
	} {
		if err := b.Write(c.memory, c.entry); !errors.Is(err, c.want) {
			t.Errorf("%s %+v: error %v, want %v", c.memory, c.entry, err, c.want)
		}
	}
	for _, err := range []error{b.Delete(SIM, 0), b.Delete(SIM, 101)} {
		if !errors.Is(err, ErrIndex) {
			t.Errorf("Delete: %v", err)
		}
	}
	if fmt.Sprint(b.entries) != before {
		t.Error("the book has changed")
	}
}

// The first free place is taken, and entries stay in the order of their places.
func TestWriteFindsPlace(t *testing.T) {
	b := New()
	for _, e := range []Entry{{2, "2", ""}, {0, "1", ""}, {0, "3", ""}, {2, "22", "two"}} {
		if err := b.Write(SIM, e); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(b.Entries(SIM)); got != "[{1 1 } {2 22 two} {3 3 }]" {
		t.Error(got)
	}
	if e, ok := b.Find("TWO"); !ok || e.Number != "22" {
		t.Errorf("%+v, %t", e, ok)
	}
}

func TestLogKeepsTheLatest(t *testing.T) {
	b := New()
	for i := range 12 {
		b.Log(Missed, fmt.Sprint(i))
	}
	list := b.Entries(Missed)
	if len(list) != 10 || list[0] != (Entry{1, "11", ""}) || list[9] != (Entry{10, "2", ""}) {
		t.Error(list)
	}
}

// Whatever is written, places are in order, within the memory and taken once.
func FuzzWrite(f *testing.F) {
	f.Add(0, "+15550100", "name", 0)
	f.Add(-1, "", "\xff", 101)
	f.Fuzz(func(t *testing.T, index int, number, text string, del int) {
		b := New()
		for _, name := range Names() {
			if b.Write(name, Entry{3, "1", ""}) == nil && b.Write(name, Entry{index, number, text}) == nil {
				_ = b.Delete(name, del)
			}
			b.Log(name, number)
			last := 0
			for _, e := range b.Entries(name) {
				if e.Index <= last || e.Index > Capacity(name) {
					t.Fatalf("%s: %+v", name, b.Entries(name))
				}
				last = e.Index
			}
		}
	})
}
