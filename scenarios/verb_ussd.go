package scenarios

import "errors"

// parseUSSD takes a code, and what the operator answers.
func parseUSSD(s *scanner) (any, error) {
	if !s.More() {
		return nil, errors.New("a code is missing (ussd *100# TEXT)")
	}
	a := USSDAction{Code: s.Word()}
	if s.Is("silent") {
		a.Silent = true
		return a, nil
	}
	a.Asks = s.Is("ask")
	var err error
	a.Text, err = s.Text()
	return a, err
}
