package workload

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestNew(t *testing.T) {
	for _, size := range []Size{{Bytes: 10_000, Roles: 2}, {Bytes: 100_000}, {Bytes: 920_000, Roles: 150}} {
		w := New(size)
		if again := New(size); !bytes.Equal(w.Request, again.Request) {
			t.Errorf("%+v gives other bytes the second time", size)
		}
		if got := len(w.Fragment); got < size.Bytes || got > size.Bytes+2000 {
			t.Errorf("%+v gives a fragment of %d bytes", size, got)
		}

		var request struct {
			Fragment struct {
				Resources map[string]struct{ Type string }
			}
		}
		if err := json.Unmarshal(w.Request, &request); err != nil {
			t.Fatalf("%+v: %v", size, err)
		}
		roles := 0
		for _, r := range request.Fragment.Resources {
			if r.Type == "AWS::IAM::Role" {
				roles++
			}
		}
		if got := len(request.Fragment.Resources); got != w.Resources {
			t.Errorf("%+v gives %d resources, and says %d", size, got, w.Resources)
		}
		if roles != size.Roles || w.Roles != size.Roles {
			t.Errorf("%+v gives %d roles, and says %d", size, roles, w.Roles)
		}
	}
}
