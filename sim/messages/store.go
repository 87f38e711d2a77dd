package messages

// A Status is the state of a message in the memory (27.005 3.1, <stat>).
type Status int

// The states, as PDU mode counts them. All is none of a message but all of them in a list.
const (
	Unread Status = iota // received and not read
	Read                 // received and read
	Unsent               // written and not sent
	Sent                 // written and sent
	All
)

// statusNames are the states as text mode shows them.
var statusNames = map[Status]string{Unread: "REC UNREAD", Read: "REC READ", Unsent: "STO UNSENT", Sent: "STO SENT", All: "ALL"}

// String returns the state as text mode shows it.
func (s Status) String() string { return statusNames[s] }

// Received reports whether the message came from the network.
func (s Status) Received() bool { return s == Unread || s == Read }

// ParseStatus reads a state as text mode shows it.
func ParseStatus(text string) (Status, bool) {
	for s, name := range statusNames {
		if name == text {
			return s, true
		}
	}
	return Unsent, text == "STO UNSET" // as the AT manual spells it
}

// A Stored message is one in the memory.
type Stored struct {
	Index  int // from 1 on
	Status Status
	PDU
}

// A Store is the memory "SM" of the SIM.
type Store struct{ places []*Stored }

// Add puts a message into the first free place of those that the memory has. It returns false when
// there is none.
func (s *Store) Add(status Status, p PDU, size int) (index int, ok bool) {
	for i := range size {
		if i == len(s.places) {
			s.places = append(s.places, nil)
		}
		if s.places[i] == nil {
			s.places[i] = &Stored{i + 1, status, p}
			return i + 1, true
		}
	}
	return 0, false
}

// At returns the message at an index; nil: there is none.
func (s *Store) At(index int) *Stored {
	if index < 1 || index > len(s.places) {
		return nil
	}
	return s.places[index-1]
}

// Delete frees the place at an index.
func (s *Store) Delete(index int) {
	if s.At(index) != nil {
		s.places[index-1] = nil
	}
}

// List returns the messages of a state, in the order of their indexes.
func (s *Store) List(status Status) []*Stored {
	var list []*Stored
	for _, m := range s.places {
		if m != nil && (status == All || status == m.Status) {
			list = append(list, m)
		}
	}
	return list
}

// Used is how many places are taken.
func (s *Store) Used() int { return len(s.List(All)) }
