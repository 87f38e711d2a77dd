package exchange

import (
	"fmt"
	"sync"
	"testing"
)

// join gives a line, which has to be free.
func join(t *testing.T, x *Exchange, number string, arrives func()) *Line {
	t.Helper()
	l, err := x.Join(number, arrives)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestItemsReachTheLineThatHasTheNumber(t *testing.T) {
	x, came := New(), 0
	a, b := join(t, x, "+12025550100", func() { came++ }), join(t, x, "12025550101", func() { t.Error("the other modem is told") })
	if !x.Send("12025550100", Item{}) || !x.Send("+12025550100", Item{}) || x.Send("+12025550102", Item{}) {
		t.Error("an item is taken for a number that nobody has, or not for one that somebody has")
	}
	if n := len(a.Take()); n != 2 || came != 2 || len(a.Take()) != 0 || len(b.Take()) != 0 {
		t.Errorf("%d items, told %d times", n, came)
	}
}

func TestExchangesHearNothingOfEachOther(t *testing.T) {
	x, y := New(), New()
	join(t, x, "123", func() { t.Error("an item of the other exchange comes") })
	join(t, y, "123", func() {})
	if !y.Send("123", Item{}) {
		t.Error("not sent")
	}
}

func TestNumbersAreTakenAndFreed(t *testing.T) {
	x := New()
	a, b := join(t, x, "123", func() {}), join(t, x, "+456", func() {})
	if _, err := x.Join("456", nil); err == nil {
		t.Error("a number is given twice")
	}
	if err := a.Renumber("456"); err == nil || !a.Has("123") {
		t.Errorf("a number is given twice: %v", err)
	}
	x.Send("123", Item{})
	if err := a.Renumber("789"); err != nil || !a.Has("+789") || x.Send("123", Item{}) || !x.Send("789", Item{}) || len(a.Take()) != 2 {
		t.Errorf("another number: %v", err)
	}
	b.Leave()
	c := join(t, x, "456", func() {})
	b.Leave()
	if err := b.Renumber("111"); err != nil || x.Send("111", Item{}) {
		t.Errorf("a line that was left is there again, %v", err)
	}
	if !x.Send("456", Item{}) || len(c.Take()) != 1 {
		t.Error("a line is gone since another left twice")
	}
}

func TestItemsWaitInOrderUpToALimit(t *testing.T) {
	x := New()
	l := join(t, x, "123", func() {})
	for range maxWaiting {
		x.Send("123", Item{})
	}
	if x.Send("123", Item{}) || len(l.Take()) != maxWaiting || !x.Send("123", Item{}) {
		t.Error("the limit does not hold")
	}
}

func TestManyGoroutines(t *testing.T) {
	x := New()
	var all sync.WaitGroup
	for i := range 8 {
		l := join(t, x, fmt.Sprint(100+i), func() {})
		all.Go(func() {
			for j := range 100 {
				x.Send(fmt.Sprint(100+(i+j)%8), Item{})
				l.Take()
				if err := l.Renumber(fmt.Sprintf("%d00%d", i, j)); err != nil {
					t.Error(err)
				}
			}
			l.Leave()
		})
	}
	all.Wait()
	if len(x.lines) != 0 {
		t.Errorf("%d lines are left", len(x.lines))
	}
}
