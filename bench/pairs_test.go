//go:build unix

package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestQuantile(t *testing.T) {
	values := []float64{4, 1, 3, 2, 5}
	for _, c := range []struct{ q, want float64 }{{0, 1}, {0.5, 3}, {0.9, 4.6}, {1, 5}} {
		if got := quantile(values, c.q); got != c.want {
			t.Errorf("quantile %v is %v, want %v", c.q, got, c.want)
		}
	}
}

func TestPairsLeaveOutTheFirstAndTakeTurns(t *testing.T) {
	var order string
	side := func(name string, figures ...float64) measure {
		return func() ([]float64, error) {
			f := figures[0]
			order, figures = order+name, figures[1:]
			return []float64{f}, nil
		}
	}
	rows, err := take(t.Context(), 2, side("m", 99, 6, 8), side("r", 1, 3, 2), row{name: "case", show: microseconds})
	if err != nil {
		t.Fatal(err)
	}
	if order != "mrrmmr" {
		t.Errorf("the sides went in the order %s", order)
	}
	if got, want := rows[0].String(), "| case | 3.00 (2.20–3.80) | 7000000 µs | 2500000 µs | 2 |"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAFailureEndsTheCase(t *testing.T) {
	broken := errors.New("broken")
	ok := func() ([]float64, error) { return []float64{1}, nil }
	_, err := take(t.Context(), 2, ok, func() ([]float64, error) { return nil, broken }, row{name: "case"})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestTheTableIsReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "performance.md")
	if err := os.WriteFile(file, []byte("before\n"+tableStart+tableEnd+"after\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"one\n", "two\n"} {
		p, err := findPlace(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.write(table); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if want := "before\n" + tableStart + "\n" + table + "\n" + tableEnd + "after\n"; string(got) != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if err := os.WriteFile(file, []byte("no place"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := findPlace(file); err == nil {
		t.Error("found a place where there is none")
	}
}
