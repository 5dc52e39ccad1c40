package workload

import (
	"bytes"
	_ "embed" // resources.json
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// kind is a resource that the workload repeats. In its name and its JSON, {n} stands for a number that
// no other resource of the workload has, {text} for prose of some length.
type kind struct {
	share int // how often it comes, relative to the other kinds
	due   int // how far it is behind its share
	name  string
	json  string
}

//go:embed resources.json
var resourcesJSON []byte

// kinds reads the roles and the other resources.
func kinds() (roles, others mix) {
	var list []struct {
		Share    int
		Name     string
		Resource json.RawMessage
	}
	if err := json.Unmarshal(resourcesJSON, &list); err != nil {
		panic(err) // the file is part of this package
	}
	for _, entry := range list {
		var compact bytes.Buffer
		if err := json.Compact(&compact, entry.Resource); err != nil {
			panic(err)
		}
		k := &kind{share: entry.Share, name: entry.Name, json: compact.String()}
		if strings.Contains(k.json, `"Type":"AWS::IAM::Role"`) {
			roles = append(roles, k)
		} else {
			others = append(others, k)
		}
	}
	return roles, others
}

// write writes the resource with its logical ID, as a member of Resources.
func (k *kind) write(to *bytes.Buffer, number int) {
	values := strings.NewReplacer("{n}", strconv.Itoa(number), "{text}", prose(number))
	values.WriteString(to, `"`+k.name+`":`+k.json)
}

// prose is text of 1 to 5 sentences.
func prose(number int) string {
	const sentence = "Orders that were paid are sent on the next working day. "
	return strings.Repeat(sentence, 1+number*7%5)
}

// mix is kinds that take turns, evenly and by their shares.
type mix []*kind

func (m mix) next() *kind {
	total := 0
	for _, k := range m {
		k.due += k.share
		total += k.share
	}
	most := slices.MaxFunc(m, func(a, b *kind) int { return a.due - b.due })
	most.due -= total
	return most
}
