package sockets

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestOpenAndClose(t *testing.T) {
	var table Table
	open := func(n int, e Endpoint) (Endpoint, error) {
		e, err := table.Reserve(n, e)
		if err == nil {
			table.Open(n, e)
		}
		return e, err
	}
	for _, c := range []struct {
		what string
		n    int
		e    Endpoint
		port int
		err  error
	}{
		{"a port of the module's choice", 1, Endpoint{}, 49152, nil},
		{"the next", 8, Endpoint{}, 49153, nil},
		{"the host's choice", 2, Endpoint{LocalPort: 49154}, 49154, nil},
		{"one that the module would choose is taken", 3, Endpoint{}, 49155, nil},
		{"an open socket", 1, Endpoint{}, 0, ErrOpen},
		{"the port of another", 4, Endpoint{LocalPort: 49154}, 0, ErrPort},
		{"that of another protocol", 4, Endpoint{LocalPort: 49154, Protocol: UDP}, 49154, nil},
	} {
		if e, err := open(c.n, c.e); !errors.Is(err, c.err) || err == nil && e.LocalPort != c.port {
			t.Errorf("%s: port %d, %v; want %d, %v", c.what, e.LocalPort, err, c.port, c.err)
		}
	}
	if free, taken := table.In(true), table.In(false); !slices.Equal(free, []int{5, 6, 7}) || !slices.Equal(taken, []int{1, 2, 3, 4, 8}) {
		t.Errorf("free %v, taken %v", free, taken)
	}
	if err := errors.Join(table.Close(1), table.Close(2)); err != nil {
		t.Error(err)
	}
	if err := table.Close(1); !errors.Is(err, ErrClosed) {
		t.Errorf("closed twice: %v", err)
	}
	if e, err := open(1, Endpoint{LocalPort: 49154}); err != nil || e.LocalPort != 49154 {
		t.Errorf("a port that is free again: %v", err)
	}
}

func TestStatesAllowWhatTheyAllow(t *testing.T) {
	var table Table
	s := table.Get(1)
	if err := s.Write(1); !errors.Is(err, ErrClosed) {
		t.Errorf("free: %v", err)
	}
	table.Open(1, Endpoint{Mode: Request})
	if err := s.Write(1); err != nil {
		t.Errorf("connected: %v", err)
	}
	s.Hold([]byte("kept"))
	s.Leave()
	if err := s.Write(1); !errors.Is(err, ErrLeft) {
		t.Errorf("left: %v", err)
	}
	if got := s.Fetch(MaxData); string(got) != "kept" {
		t.Errorf("left with %q", got)
	}
}

func TestHoldAndFetch(t *testing.T) {
	for _, c := range []struct {
		protocol Protocol
		holds    string // datagrams or pieces, separated by blanks
		first    []bool
		fetches  []int
		want     string
	}{
		{TCP, "abc def", []bool{true, false}, []int{2, 3, 10, 1}, "ab cde f "},
		{UDP, "abc def", []bool{true, false}, []int{2, 10, 10, 1}, "ab c def "},
		{UDP, strings.Repeat("x", 7300) + " lost", []bool{true, false}, []int{7300, 10}, strings.Repeat("x", 7300) + " "},
	} {
		s := &Socket{State: Connected, Endpoint: Endpoint{Protocol: c.protocol}}
		for i, p := range strings.Fields(c.holds) {
			if first := s.Hold([]byte(p)); first != c.first[i] {
				t.Errorf("%s: %q is first: %t", c.protocol, p, first)
			}
		}
		var got []string
		for _, n := range c.fetches {
			got = append(got, string(s.Fetch(n)))
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: fetched %q, want %q", c.protocol, text, c.want)
		}
		if !s.Hold([]byte("more")) {
			t.Errorf("%s: the host is not told of what comes to an empty socket", c.protocol)
		}
	}
}

func TestWindows(t *testing.T) {
	s := &Socket{State: Connected}
	s.Hold(bytes.Repeat([]byte("x"), 7299))
	if rx, tx := s.Room(); s.Full() || rx != 1 || tx != 5840 {
		t.Errorf("room %d, %d", rx, tx)
	}
	s.Hold([]byte("xx"))
	if rx, _ := s.Room(); !s.Full() || rx != 0 {
		t.Errorf("full with room %d", rx)
	}
	for _, step := range []struct {
		write, sent int
		err         error // of the write
		told        error // by sent
		tx          int
	}{
		{write: 5800, tx: 40},
		{write: 41, err: ErrFull, tx: 40},
		{write: 40, tx: 0},
		{write: 1, err: ErrShut, tx: 0},
		{sent: 700, tx: 700},
		{sent: 68, told: ErrShut, tx: 768},
		{sent: 1, tx: 769},
		{sent: 9999, tx: 5840},
	} {
		var err, told error
		if step.write > 0 {
			err = s.Write(step.write)
		} else {
			told = s.Sent(step.sent)
		}
		if _, tx := s.Room(); !errors.Is(err, step.err) || !errors.Is(told, step.told) || tx != step.tx {
			t.Errorf("%+v: %v, told %v, room %d", step, err, told, tx)
		}
	}
	udp := &Socket{State: Connected, Endpoint: Endpoint{Protocol: UDP}}
	if rx, tx := udp.Room(); udp.Write(9999) != nil || rx != 0 || tx != 0 {
		t.Errorf("UDP has room %d, %d", rx, tx)
	}
}
