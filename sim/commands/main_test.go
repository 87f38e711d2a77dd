package commands

import (
	"testing"

	"go.uber.org/goleak"
)

// module is the table that the tests of this package read.
var module = ADH8066()

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
