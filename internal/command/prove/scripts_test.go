package prove_test

import (
	"testing"

	"amplify-boundary/internal/test/commandtest"
)

func TestMain(m *testing.M) { commandtest.Main(m) }

func TestScripts(t *testing.T) { commandtest.Scripts(t) }
