package main

import (
	"strings"
	"testing"
)

func TestLookUps(t *testing.T) {
	for _, l := range lookUps() {
		t.Run(strings.NewReplacer(", ", "_", " ", "_").Replace(l.name), func(t *testing.T) {
			got, err := l.count(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got != l.calls {
				t.Errorf("got %d calls, want %d", got, l.calls)
			}
		})
	}
}
