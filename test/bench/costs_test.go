package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCostInputs(t *testing.T) {
	dir := t.TempDir()
	registry := filepath.Join(dir, "boundaries.json")
	if err := os.WriteFile(registry, []byte(`{"`+parameterName+`":"`+boundaryARN+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		do    op
		input []byte
		want  string
	}{
		"faults_of_one": {refused, faultsOfOne(30), "Role${X}"},
		"long_arn":      {boundLong, bareRoles(2), "/boundary"},
		"check":         {checked(t.Context(), dir, registry, 0), declaredRoles(3), ""},
		"undeclared":    {checked(t.Context(), dir, registry, 3), bareRoles(3), "Role0"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.do(test.input)
			if err != nil || !strings.Contains(string(got), test.want) {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}
