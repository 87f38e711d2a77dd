package sim

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/modemsim/modemsim/scenarios"
)

// A content is what a file holds: its size in bytes and its SHA-256 in hex digits.
type content struct {
	size int64
	sum  string
}

// keepStored keeps the event of an upload that is stored until it is over, with
// what the server has of it if a rule wants to know that.
func (d *dataStream) keepStored() {
	kind := d.traits.Events.Stored
	if kind == "" {
		return
	}
	e := Event{Kind: kind, Text: d.traits.Name, Size: -1}
	if d.c.wantsContent() {
		e.Size, e.SHA256 = d.stored()
		if e.SHA256 == "" {
			d.c.transcript.note("what %s holds is not known: the upload began at byte %d, and the server is not modemsim's", d.traits.Name, d.traits.Offset)
		} else {
			d.c.transcript.note("%s: %d bytes, SHA-256 %s", d.traits.Name, e.Size, e.SHA256)
		}
	}
	d.c.outcome = append(d.c.outcome, e)
}

// wantsContent reports whether a rule or a caller waits for what a file holds.
func (m *Modem) wantsContent() bool {
	var events []*scenarios.Event
	for _, r := range m.script.rules {
		events = append(append(events, r.Trigger.Event), r.Action.Awaited()...)
	}
	for _, w := range m.waiters {
		events = append(events, w.event)
	}
	for _, event := range events {
		if event.Has(func(e *scenarios.Event) bool { return e.Content != nil }) {
			return true
		}
	}
	return false
}

// stored is the size and SHA-256 of what the server has of the upload; "": not known.
func (d *dataStream) stored() (size int64, sum string) {
	switch {
	case d.c.ftp.Stored != nil:
		file, ok := d.c.ftp.Stored(d.traits.Path)
		if !ok {
			return -1, ""
		}
		whole := sha256.Sum256(file)
		return int64(len(file)), hex.EncodeToString(whole[:])
	case d.traits.Offset > 0:
		return -1, ""
	case d.kept != nil:
		return d.kept.size, d.kept.sum
	}
	return d.fromHost.record.Content()
}
