package sim

import "github.com/modemsim/modemsim/sim/faults"

// A damaging is a standing fault on the bytes of the data stream.
type damaging struct {
	*rule
	*faults.Damage
	told bool // that it has begun
}

// actCut loses the data connection, at once or after N bytes more of this
// transfer or the next.
func actCut(m *Modem, r *rule) bool {
	c := &cutting{rule: r, left: r.Action.N}
	m.script.cuts = append(m.script.cuts, c)
	if d := m.stream(); d != nil && r.Action.N == 0 {
		m.runCuts(d)
	}
	return false
}

// actStall lets no data pass for a time, in this transfer or from the start of
// the next.
func actStall(m *Modem, r *rule) bool {
	d := m.stream()
	if d == nil {
		m.script.stalls = append(m.script.stalls, r)
		return false
	}
	m.stall(d, r)
	return true
}

// actSlow lets data pass at a rate in bytes per second, from now on.
func actSlow(m *Modem, r *rule) bool {
	m.script.rate = r.Action.N
	if r.Action.Off {
		m.script.rate = 0
	}
	for _, d := range m.streams {
		d.perByte.Store(int64(m.byteTime()))
	}
	return true
}

// actDamage makes a standing fault of one kind on the bytes of the stream.
func actDamage(kind faults.DamageKind) func(*Modem, *rule) bool {
	return func(m *Modem, r *rule) bool {
		kept := m.script.damages[:0]
		for _, d := range m.script.damages {
			if d.Kind != kind {
				kept = append(kept, d)
			}
		}
		m.script.damages = kept
		if r.Action.Off {
			return true
		}
		m.script.damages = append(m.script.damages, &damaging{rule: r, Damage: faults.NewDamage(kind, r.Action.N, r.chance)})
		return false // it fires with its first hit
	}
}
