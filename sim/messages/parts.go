package messages

import "slices"

// A Joiner puts the parts of long messages together, in whatever order they come.
type Joiner struct{ open []*parts }

// parts are those of one message that have come.
type parts struct {
	number    string
	reference int
	tpdus     []*TPDU // nil: that part has not come
}

// maxOpen is how many messages wait for their parts; then the oldest is given up.
const maxOpen = 16

// Add takes a message to or from a number. It returns the whole text once all parts have come,
// which a message in one part has at once.
func (j *Joiner) Add(number string, t *TPDU) (text string, whole bool) {
	count, n, reference, long := t.ConcatInfo()
	if !long || n < 1 || n > count {
		return Text(t), true
	}
	p := j.find(number, reference, count)
	p.tpdus[n-1] = t
	if slices.Contains(p.tpdus, nil) {
		return "", false
	}
	j.open = slices.DeleteFunc(j.open, func(other *parts) bool { return other == p })
	return joined(p.tpdus), true
}

// find returns the message that a part belongs to.
func (j *Joiner) find(number string, reference, count int) *parts {
	for _, p := range j.open {
		if p.number == number && p.reference == reference && len(p.tpdus) == count {
			return p
		}
	}
	p := &parts{number, reference, make([]*TPDU, count)}
	j.open = append(j.open, p)
	if len(j.open) > maxOpen {
		j.open = slices.Delete(j.open, 0, 1)
	}
	return p
}
