package intrinsic_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// Whatever a value comes to, the branch of an Fn::If that holds it comes to the same, and so do a second
// evaluation and, for a text, a join of it alone.
func FuzzEvaluate(f *testing.F) {
	for _, value := range []string{
		`{"Fn::Sub":["${Bucket}-${A}${!B}",{"A":{"Fn::Select":[1,{"Fn::Split":["-",{"Ref":"AWS::Region"}]}]}}]}`,
		`{"Fn::If":["No",{"Fn::GetAtt":["A","B"]},{"Fn::Join":[",",{"Ref":"List"}]}]}`,
		`{"Fn::FindInMap":["Regions","eu-west-1",{"Ref":"Bucket"},{"DefaultValue":[null,1.5,true]}]}`,
		`{"Fn::If":["Loop","a","b"]}`,
		`{"Ref":"AWS::NoValue"}`,
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, source string) {
		value := jsontext.Value(source)
		if !value.IsValid() {
			return
		}
		e := evaluator()
		v, err := e.Evaluate(value)
		again := func(how, want, before, after string) {
			w, err := e.Evaluate(jsontext.Value(before + source + after))
			if err != nil || shown(w) != want {
				t.Errorf("%s %s: got %s, %v, want %s", how, source, shown(w), err, want)
			}
		}
		if err != nil {
			if w, err := e.Evaluate(value); err == nil {
				t.Errorf("a second time: got %s, before an error", shown(w))
			}
			return
		}
		again("a second time", shown(v), "", "")
		again("in a branch", shown(v), `{"Fn::If":["No","x",`, `]}`)
		if s, isText := v.Text(); isText {
			again("joined", s, `{"Fn::Join":["-",[`, `]]}`)
		}
	})
}
