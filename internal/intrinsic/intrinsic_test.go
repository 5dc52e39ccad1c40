package intrinsic_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/intrinsic"
)

func evaluator() *intrinsic.Evaluator {
	return intrinsic.New(intrinsic.Context{
		ParameterValues: map[string]jsontext.Value{
			"Bucket":    jsontext.Value(`"templates"`),
			"Empty":     jsontext.Value(`""`),
			"Null":      jsontext.Value(`null`),
			"Count":     jsontext.Value(`3`),
			"List":      jsontext.Value(`["a","b","c"]`),
			"Object":    jsontext.Value(`{"Ref":"Bucket"}`),
			"Secret":    jsontext.Value(`"hunter2"`),
			"Resolve":   jsontext.Value(`"{{resolve:ssm:hunter2}}"`),
			"Output":    jsontext.Value(`"{{IntrinsicFunction:stack/hunter2.Outputs.X/Fn::GetAtt}}"`),
			"Functions": jsontext.Value(`[{"Ref":"Bucket"}]`),
			"Stored":    jsontext.Value(`"templates"`),
			"StoredToo": jsontext.Value(`["templates"]`),
			"Name":      jsontext.Value(`"/bucket"`),
		},
		Parameters: jsontext.Value(`{"Bucket":{"Type":"String"},"Stored":{"Default":"/bucket","Type":"AWS::SSM::Parameter::Value<String>"},
			"StoredToo":{"Type":"AWS::SSM::Parameter::Value<List<String>>"},"Name":{"Type":"AWS::SSM::Parameter::Name"}}`),
		Mappings: jsontext.Value(`{"Regions":{"eu-west-1":{"Bucket":"eu-templates","List":["x","y"],"Number":7,"Flag":true,"Object":{},"Secret":"{{resolve:ssm:x}}"}}}`),
		Conditions: jsontext.Value(`{
			"Yes":      {"Fn::Equals":[{"Ref":"Bucket"},"templates"]},
			"No":       {"Fn::Not":[{"Condition":"Yes"}]},
			"Unknown":  {"Fn::Equals":[{"Ref":"AWS::StackName"},"x"]},
			"And":      {"Fn::And":[{"Condition":"Yes"},{"Condition":"Yes"},{"Fn::Not":[{"Condition":"No"}]}]},
			"AndNo":    {"Fn::And":[{"Condition":"Unknown"},{"Condition":"No"}]},
			"AndMaybe": {"Fn::And":[{"Condition":"Unknown"},{"Condition":"Yes"}]},
			"Or":       {"Fn::Or":[{"Condition":"Unknown"},{"Condition":"Yes"}]},
			"OrNo":     {"Fn::Or":[{"Condition":"No"},{"Fn::Equals":["a","b"]}]},
			"OrMaybe":  {"Fn::Or":[{"Condition":"No"},{"Condition":"Unknown"}]},
			"OrBroken": {"Fn::Or":[5,{"Fn::Equals":[["a",{"Fn::GetAtt":["X","Y"]}],"b"]},{"Condition":"Yes"}]},
			"Self":     {"Condition":"Self"},
			"Loop":     {"Fn::Not":[{"Condition":"Pool"}]},
			"Pool":     {"Fn::And":[{"Condition":"Loop"},{"Condition":"Yes"}]},
			"Stored":   {"Fn::Equals":[{"Ref":"Stored"},"yes"]},
			"StoredToo": {"Fn::Equals":["x",{"Fn::Select":[0,{"Ref":"StoredToo"}]}]},
			"StoredSub": {"Condition":"Sub"},
			"Sub":      {"Fn::Equals":["x",{"Fn::Sub":"a-${Stored}"}]},
			"Number":   {"Fn::Equals":[{"Ref":"Count"},"3"]},
			"Lists":    {"Fn::Equals":[{"Ref":"List"},["a","b","c"]]},
			"Absent":   {"Fn::Equals":[{"Ref":"AWS::NoValue"},{"Ref":"Empty"}]},
			"Mixed":    {"Fn::Equals":[{"Ref":"List"},"a"]},
			"One":      {"Fn::And":[{"Condition":"Yes"}]},
			"String":   "Yes",
			"Two":      {"Condition":"Yes","Fn::Not":[]},
			"Odd":      {"Fn::Equals":["a"]},
			"NotTwo":   {"Fn::Not":[{"Condition":"Yes"},{"Condition":"Yes"}]}
		}`),
		Region:    "cn-north-1",
		AccountID: "123456789012",
	})
}

// shown spells a value: a text as it is, a list as a list, nothing as -.
func shown(v intrinsic.Value) string {
	if v.IsAbsent() {
		return "-"
	}
	if s, isText := v.Text(); isText {
		return s
	}
	l, _ := v.List()
	return fmt.Sprintf("%q", l)
}

func TestEvaluate(t *testing.T) {
	for name, test := range map[string]struct{ value, want string }{
		"string":                 {`"text"`, "text"},
		"escapes":                {`"\u0061\n"`, "a\n"},
		"number":                 {`1.50`, "1.50"},
		"boolean":                {`true`, "true"},
		"null":                   {`null`, "-"},
		"list":                   {`["a",{"Ref":"Bucket"},{"Ref":"AWS::NoValue"},1]`, `["a" "templates" "1"]`},
		"ref":                    {`{"Ref":"Bucket"}`, "templates"},
		"ref_empty":              {`{"Ref":"Empty"}`, ""},
		"ref_name":               {`{"Ref":"Name"}`, "/bucket"},
		"ref_stored":             {`{"Ref":"Stored"}`, "templates"},
		"sub_stored":             {`{"Fn::Sub":"${Stored}"}`, "templates"},
		"default_stored":         {`{"Fn::FindInMap":["Regions","none","Bucket",{"DefaultValue":{"Ref":"Stored"}}]}`, "templates"},
		"select_stored":          {`{"Fn::Select":[0,{"Ref":"StoredToo"}]}`, "templates"},
		"ref_null":               {`{"Ref":"Null"}`, "-"},
		"ref_number":             {`{"Ref":"Count"}`, "3"},
		"ref_list":               {`{"Ref":"List"}`, `["a" "b" "c"]`},
		"ref_no_value":           {`{"Ref":"AWS::NoValue"}`, "-"},
		"region":                 {`{"Ref":"AWS::Region"}`, "cn-north-1"},
		"account":                {`{"Ref":"AWS::AccountId"}`, "123456789012"},
		"partition":              {`{"Ref":"AWS::Partition"}`, "aws-cn"},
		"url_suffix":             {`{"Ref":"AWS::URLSuffix"}`, "amazonaws.com.cn"},
		"sub":                    {`{"Fn::Sub":"https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/${!Key}x${"}`, "https://templates.s3.cn-north-1.amazonaws.com.cn/${Key}x${"},
		"sub_spaces":             {`{"Fn::Sub":"${ Bucket }"}`, "templates"},
		"sub_variables":          {`{"Fn::Sub":["${Bucket}-${Key}-${Key}",{"Key":{"Fn::Select":[1,{"Ref":"List"}]},"Unused":{"Fn::GetAtt":["A","B"]}}]}`, "templates-b-b"},
		"sub_variable_wins":      {`{"Fn::Sub":["${Bucket}",{"Bucket":"own"}]}`, "own"},
		"sub_value_not_again":    {`{"Fn::Sub":["${Key}",{"Key":"${Bucket}"}]}`, "${Bucket}"},
		"join":                   {`{"Fn::Join":["/",["a",{"Ref":"Bucket"},{"Ref":"AWS::NoValue"},"c"]]}`, "a/templates/c"},
		"join_list":              {`{"Fn::Join":["",{"Ref":"List"}]}`, "abc"},
		"join_nothing":           {`{"Fn::Join":["/",[]]}`, ""},
		"select":                 {`{"Fn::Select":["2",["a","b","c"]]}`, "c"},
		"select_number":          {`{"Fn::Select":[0,["a",{"Fn::GetAtt":["A","B"]}]]}`, "a"},
		"select_split":           {`{"Fn::Select":[{"Fn::FindInMap":["Empty","a","b",{"DefaultValue":"1"}]},{"Fn::Split":["-",{"Ref":"AWS::Region"}]}]}`, "north"},
		"split":                  {`{"Fn::Split":[",","a,,b,"]}`, `["a" "" "b" ""]`},
		"find_in_map":            {`{"Fn::FindInMap":["Regions","eu-west-1","Bucket"]}`, "eu-templates"},
		"find_in_map_functions":  {`{"Fn::FindInMap":[{"Fn::Sub":"Regions"},{"Fn::Join":["-",["eu","west","1"]]},"Bucket"]}`, "eu-templates"},
		"find_in_map_list":       {`{"Fn::FindInMap":["Regions","eu-west-1","List"]}`, `["x" "y"]`},
		"find_in_map_number":     {`{"Fn::FindInMap":["Regions","eu-west-1","Number"]}`, "7"},
		"find_in_map_flag":       {`{"Fn::FindInMap":["Regions","eu-west-1","Flag"]}`, "true"},
		"find_in_map_default":    {`{"Fn::FindInMap":["Regions",{"Ref":"AWS::Region"},"Bucket",{"DefaultValue":{"Ref":"Bucket"}}]}`, "templates"},
		"find_in_map_no_default": {`{"Fn::FindInMap":["Regions","eu-west-1","Bucket",{"DefaultValue":{"Fn::GetAtt":["A","B"]}}]}`, "eu-templates"},
		"default_absent":         {`{"Fn::FindInMap":["Regions","x","y",{"DefaultValue":{"Ref":"AWS::NoValue"}}]}`, "-"},
		"if_true":                {`{"Fn::If":["Yes","a",{"Fn::GetAtt":["A","B"]}]}`, "a"},
		"if_false":               {`{"Fn::If":["No",{"Fn::GetAtt":["A","B"]},"b"]}`, "b"},
		"if_absent":              {`{"Fn::If":["Yes",{"Ref":"AWS::NoValue"},"b"]}`, "-"},
		"if_list":                {`{"Fn::Join":[",",{"Fn::If":["No",[],["a","b"]]}]}`, "a,b"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := evaluator().Evaluate(jsontext.Value(test.value))
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(v); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestEvaluate_unknown(t *testing.T) {
	long := strings.Repeat("x", 16<<10)
	for name, test := range map[string]struct{ value, want string }{
		"get_att":             {`{"Fn::GetAtt":["A","B"]}`, "Fn::GetAtt: only CloudFormation knows its value"},
		"import_value":        {`{"Fn::ImportValue":"hunter2"}`, "Fn::ImportValue: only CloudFormation knows its value"},
		"get_azs":             {`{"Fn::GetAZs":""}`, "Fn::GetAZs: only CloudFormation knows its value"},
		"transform":           {`{"Fn::Transform":{}}`, "Fn::Transform: the result of a macro is not known here"},
		"other_function":      {`{"Fn::Base64":"hunter2"}`, "Fn::Base64: this macro does not evaluate it"},
		"odd_function":        {`{"Fn::hunter2 hunter2":"x"}`, "the value: an object that is not one intrinsic function"},
		"resource":            {`{"Ref":"Queue"}`, "Ref Queue: not a template parameter; only CloudFormation knows its value"},
		"odd_name":            {`{"Ref":"hunter2 hunter2"}`, "Ref: not a template parameter; only CloudFormation knows its value"},
		"ref_list":            {`{"Ref":["Bucket"]}`, "Ref: malformed; its form is the name of a template parameter"},
		"stack_name":          {`{"Ref":"AWS::StackName"}`, "Ref AWS::StackName: only CloudFormation knows its value"},
		"stack_id":            {`{"Fn::Sub":"${AWS::StackId}"}`, "Fn::Sub AWS::StackId: only CloudFormation knows its value"},
		"resolve":             {`"{{resolve:secretsmanager:hunter2}}"`, "{{resolve:...}}: only CloudFormation can look it up"},
		"resolve_parameter":   {`{"Ref":"Resolve"}`, "{{resolve:...}}: only CloudFormation can look it up"},
		"resolve_map":         {`{"Fn::FindInMap":["Regions","eu-west-1","Secret"]}`, "{{resolve:...}}: only CloudFormation can look it up"},
		"resolve_joined":      {`{"Fn::Join":["",["{{res","olve:ssm:x}}"]]}`, "{{resolve:...}}: only CloudFormation can look it up"},
		"resolve_sub":         {`{"Fn::Sub":["{{${X}:ssm:x}}",{"X":"resolve"}]}`, "{{resolve:...}}: only CloudFormation can look it up"},
		"output":              {`{"Ref":"Output"}`, "{{IntrinsicFunction:...}}: an output of another resource, which a change set with nested stacks does not contain yet; pass it as a literal"},
		"stored_condition":    {`{"Fn::If":["Stored","a","b"]}`, "Ref Stored: only CloudFormation looks it up in Parameter Store"},
		"stored_key":          {`{"Fn::FindInMap":["Regions",{"Ref":"Stored"},"Bucket",{"DefaultValue":"a"}]}`, "Ref Stored: only CloudFormation looks it up in Parameter Store"},
		"attribute":           {`{"Fn::Sub":"${Queue.Arn}"}`, "Fn::Sub Queue.Arn: an attribute of a resource; only CloudFormation knows its value"},
		"sub_resource":        {`{"Fn::Sub":"${Queue}"}`, "Fn::Sub Queue: not a template parameter; only CloudFormation knows its value"},
		"sub_list":            {`{"Fn::Sub":"${List}"}`, "Fn::Sub List: not a string"},
		"sub_no_value":        {`{"Fn::Sub":"${AWS::NoValue}"}`, "Fn::Sub AWS::NoValue: not a string"},
		"sub_empty_name":      {`{"Fn::Sub":"a${}b"}`, "Fn::Sub: not a template parameter; only CloudFormation knows its value"},
		"sub_number":          {`{"Fn::Sub":5}`, "Fn::Sub: malformed; its form is text or [text, {name: value, ...}]"},
		"sub_function":        {`{"Fn::Sub":[{"Ref":"Bucket"},{}]}`, "Fn::Sub: malformed; its form is text or [text, {name: value, ...}]"},
		"sub_one":             {`{"Fn::Sub":["x"]}`, "Fn::Sub: malformed; its form is text or [text, {name: value, ...}]"},
		"sub_no_object":       {`{"Fn::Sub":["x",["y"]]}`, "Fn::Sub: malformed; its form is text or [text, {name: value, ...}]"},
		"sub_twice":           {`{"Fn::Sub":["${x}",{"y":"1","y":"2","x":"3"}]}`, "the value: not valid JSON"},
		"object_parameter":    {`{"Ref":"Object"}`, "the value: an object instead of a string or a list"},
		"function_parameter":  {`{"Ref":"Functions"}`, "the value: an object instead of a string or a list"},
		"object":              {`{"a":"hunter2"}`, "the value: an object that is not one intrinsic function"},
		"empty_object":        {`{}`, "the value: an object that is not one intrinsic function"},
		"two_functions":       {`{"Ref":"Bucket","Fn::Sub":"x"}`, "the value: an object that is not one intrinsic function"},
		"list_in_list":        {`["a",["b"]]`, "the value: a list within a list"},
		"parameter_in_list":   {`["a",{"Ref":"List"}]`, "the value: a list within a list"},
		"join_text":           {`{"Fn::Join":["","hunter2"]}`, "Fn::Join: its last argument is not a list"},
		"join_delimiter":      {`{"Fn::Join":[["a"],["b"]]}`, "Fn::Join: one of its arguments is not a string"},
		"join_one":            {`{"Fn::Join":[""]}`, "Fn::Join: malformed; its form is [delimiter, [value, ...]]"},
		"join_three":          {`{"Fn::Join":["",[],""]}`, "Fn::Join: malformed; its form is [delimiter, [value, ...]]"},
		"join_object":         {`{"Fn::Join":{"a":"b"}}`, "Fn::Join: malformed; its form is [delimiter, [value, ...]]"},
		"select_beyond":       {`{"Fn::Select":[3,["a","b","c"]]}`, "Fn::Select: the list has no element of that index"},
		"select_beyond_split": {`{"Fn::Select":[3,{"Ref":"List"}]}`, "Fn::Select: the list has no element of that index"},
		"select_negative":     {`{"Fn::Select":[-1,["a"]]}`, "Fn::Select: malformed; its form is [index, [value, ...]]"},
		"select_text":         {`{"Fn::Select":["hunter2",["a"]]}`, "Fn::Select: malformed; its form is [index, [value, ...]]"},
		"select_moved":        {`{"Fn::Select":[1,[{"Ref":"AWS::NoValue"},"a","b"]]}`, "Fn::Select: the list has no element of that index"},
		"select_no_list":      {`{"Fn::Select":[0,{"Ref":"Bucket"}]}`, "Fn::Select: its last argument is not a list"},
		"split_nothing":       {`{"Fn::Split":["","hunter2"]}`, "Fn::Split: malformed; its form is [delimiter, text]"},
		"split_list":          {`{"Fn::Split":[",",["a"]]}`, "Fn::Split: one of its arguments is not a string"},
		"no_map":              {`{"Fn::FindInMap":["Nowhere","a","b"]}`, "Fn::FindInMap Nowhere: no such keys in the Mappings section; a macro called by Fn::Transform does not get that section"},
		"no_map_of_a_value":   {`{"Fn::FindInMap":[{"Ref":"Secret"},"a","b"]}`, "Fn::FindInMap: no such keys in the Mappings section; a macro called by Fn::Transform does not get that section"},
		"no_key":              {`{"Fn::FindInMap":["Regions","hunter2","Bucket"]}`, "Fn::FindInMap Regions: no such keys in the Mappings section; a macro called by Fn::Transform does not get that section"},
		"no_entry":            {`{"Fn::FindInMap":["Regions","eu-west-1","hunter2"]}`, "Fn::FindInMap Regions: no such keys in the Mappings section; a macro called by Fn::Transform does not get that section"},
		"too_deep_a_path":     {`{"Fn::FindInMap":["Regions","eu-west-1","Object"]}`, "the value: an object instead of a string or a list"},
		"odd_default":         {`{"Fn::FindInMap":["Regions","a","b",{"Default":"x"}]}`, "Fn::FindInMap: malformed; its form is [map, key, key] or [map, key, key, {DefaultValue: value}]"},
		"plain_default":       {`{"Fn::FindInMap":["Regions","a","b","x"]}`, "Fn::FindInMap: malformed; its form is [map, key, key] or [map, key, key, {DefaultValue: value}]"},
		"two_keys":            {`{"Fn::FindInMap":["Regions","a"]}`, "Fn::FindInMap: malformed; its form is [map, key, key] or [map, key, key, {DefaultValue: value}]"},
		"if_unknown":          {`{"Fn::If":["Unknown","a","b"]}`, "Ref AWS::StackName: only CloudFormation knows its value"},
		"if_no_condition":     {`{"Fn::If":["Nowhere","a","b"]}`, "condition Nowhere: not in the Conditions section; a macro called by Fn::Transform does not get that section"},
		"if_itself":           {`{"Fn::If":["Self","a","b"]}`, "condition Self: it refers to itself"},
		"if_two":              {`{"Fn::If":["Yes","a"]}`, "Fn::If: malformed; its form is [condition, value, value]"},
		"if_function":         {`{"Fn::If":[{"Condition":"Yes"},"a","b"]}`, "Fn::If: malformed; its form is [condition, value, value]"},
		"long":                {`"` + long + `x"`, "the value: longer than 16384 bytes"},
		"long_join":           {`{"Fn::Join":["` + long + `",["a","b"]]}`, "Fn::Join: longer than 16384 bytes"},
		"long_sub":            {`{"Fn::Sub":["` + strings.Repeat("${A}", 200) + `",{"A":"` + long[:100] + `"}]}`, "Fn::Sub: longer than 16384 bytes"},
		"long_list":           {`["` + long + `","` + long + `"]`, "a list: longer than 16384 bytes"},
		"deep":                {strings.Repeat(`{"Fn::Join":["",[`, 300) + strings.Repeat(`]]}`, 300), "the value: nested more than 200 levels deep"},
		"too_long":            {`"` + strings.Repeat(`\u0061`, 11000) + `"`, "the value: longer than 65536 bytes"},
		"stack_output":        {`{"Fn::GetStackOutput":["A","B"]}`, "Fn::GetStackOutput: only CloudFormation knows its value"},
		"cut":                 {`{"Fn::Join":["",["a"`, "the value: not valid JSON"},
		"nothing":             {``, "the value: not valid JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := evaluator().Evaluate(jsontext.Value(test.value))
			if err == nil {
				t.Fatalf("got %s, want an error", shown(v))
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if unknown := (*intrinsic.Error)(nil); !errors.As(err, &unknown) {
				t.Errorf("got a %T", err)
			}
		})
	}
}

func TestCondition(t *testing.T) {
	for name, want := range map[string]string{
		"Yes":       "true",
		"No":        "false",
		"And":       "true",
		"AndNo":     "false",
		"AndMaybe":  "Ref AWS::StackName: only CloudFormation knows its value",
		"Or":        "true",
		"OrNo":      "false",
		"OrMaybe":   "Ref AWS::StackName: only CloudFormation knows its value",
		"OrBroken":  "true",
		"Self":      "condition Self: it refers to itself",
		"Loop":      "condition Loop: it refers to itself",
		"Stored":    "Ref Stored: only CloudFormation looks it up in Parameter Store",
		"StoredToo": "Ref StoredToo: only CloudFormation looks it up in Parameter Store",
		"StoredSub": "Fn::Sub Stored: only CloudFormation looks it up in Parameter Store",
		"Number":    "true",
		"Lists":     "true",
		"Absent":    "Fn::Equals: one of its arguments is absent",
		"Mixed":     "false",
		"One":       "Fn::And: malformed; its form is [condition, ...], 2 to 10 of them",
		"String":    "the condition: not one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, and Condition",
		"Two":       "the value: an object that is not one intrinsic function",
		"Odd":       "Fn::Equals: malformed; its form is [value, value]",
		"NotTwo":    "Fn::Not: malformed; its form is [condition]",
		"Elsewhere": "condition Elsewhere: not in the Conditions section; a macro called by Fn::Transform does not get that section",
	} {
		t.Run(name, func(t *testing.T) {
			e := evaluator()
			for range 2 { // the second answer comes from memory
				holds, err := e.Condition(name)
				got := fmt.Sprint(holds)
				if err != nil {
					got = err.Error()
				}
				if got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			}
		})
	}
}

// A chain of conditions, each of which uses the one before twice, is linear work where each is
// evaluated once.
func TestCondition_once(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"C0":{"Fn::Equals":["a","a"]}`)
	for i := range 90 {
		fmt.Fprintf(&b, `,"C%d":{"Fn::And":[{"Condition":"C%d"},{"Condition":"C%d"}]}`, i+1, i, i)
	}
	b.WriteString(`}`)
	e := intrinsic.New(intrinsic.Context{Conditions: jsontext.Value(b.String())})
	if holds, err := e.Condition("C90"); err != nil || !holds {
		t.Errorf("got %t, %v", holds, err)
	}
}

// A reference of a few bytes costs a look-up, whatever it refers to.
func TestEvaluate_once(t *testing.T) {
	e := evaluator()
	for _, value := range []string{`{"Ref":"List"}`, `{"Fn::FindInMap":["Regions","eu-west-1","List"]}`} {
		var elements [2]*string
		for i := range elements {
			v, err := e.Evaluate(jsontext.Value(value))
			l, isList := v.List()
			if err != nil || !isList {
				t.Fatalf("%s: got %v, %v", value, v, err)
			}
			elements[i] = &l[0]
		}
		if elements[0] != elements[1] {
			t.Errorf("%s is evaluated twice", value)
		}
	}
}

func TestCondition_deep(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"C0":{"Fn::Equals":["a","a"]}`)
	for i := range 100_000 {
		fmt.Fprintf(&b, `,"C%d":{"Fn::Or":[{"Condition":"C%d"},{"Condition":"C%d"}]}`, i+1, i, i)
	}
	b.WriteString(`}`)
	e := intrinsic.New(intrinsic.Context{Conditions: jsontext.Value(b.String())})
	_, err := e.Condition("C100000")
	if want := "the value: nested more than 200 levels deep"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestEvaluate_without_region(t *testing.T) {
	e := intrinsic.New(intrinsic.Context{})
	for _, name := range []string{"AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix"} {
		_, err := e.Evaluate(jsontext.Value(`{"Ref":"` + name + `"}`))
		if want := "Ref " + name + ": the stack's region or account is not known here"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestEvaluate_loop_variables(t *testing.T) {
	const want = "the loop variable Name: it differs in each iteration; list AWS::LanguageExtensions before this macro"
	for _, value := range []string{
		`{"Ref":"Name"}`,
		`{"Fn::Sub":"${Name}.yaml"}`,
		`"${Name}.yaml"`,
		`"&{Name}.yaml"`,
		`{"Fn::Join":["",["${","Name}.yaml"]]}`,
		`"}${Bucket}${${Name}}.yaml"`,
	} {
		_, err := evaluator().Evaluate(jsontext.Value(value), "Other", "Name")
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", value, err, want)
		}
	}
	v, err := evaluator().Evaluate(jsontext.Value(`{"Fn::Sub":"${Bucket}/$Name{Name}"}`), "Name")
	if got := shown(v); err != nil || got != "templates/$Name{Name}" {
		t.Errorf("got %s, %v", got, err)
	}
}

// A condition is not known if CloudFormation can decide it in another way.
func TestCondition_doubt(t *testing.T) {
	const odd = "a number that is not spelled as a plain integer; CloudFormation may spell it in another way"
	e := intrinsic.New(intrinsic.Context{
		ParameterValues: map[string]jsontext.Value{
			"Hidden": jsontext.Value(`"****"`), "Shown": jsontext.Value(`"x"`), "Half": jsontext.Value(`"0.50"`), "Halves": jsontext.Value(`["1","1e3"]`),
			"Whole": jsontext.Value(`"12"`), "Text": jsontext.Value(`"0.50"`), "Bare": jsontext.Value(`1.0`), "Yes": jsontext.Value(`"****"`),
		},
		Parameters: jsontext.Value(`{"Hidden":{"Type":"String","NoEcho":true},"Shown":{"Type":"String","NoEcho":"False"},"Yes":{"Type":"String","NoEcho":"yes"},"Half":{"Type":"Number"},
			"Halves":{"Type":"List<Number>"},"Whole":{"Type":"Number"},"Text":{"Type":"String"},"Bare":{"Type":"String"}}`),
		Mappings: jsontext.Value(`{"M":{"k":{"Half":0.5,"Whole":5}}}`),
		Conditions: jsontext.Value(`{
			"Hidden":  {"Fn::Equals":[{"Ref":"Hidden"},"****"]},
			"Shown":   {"Fn::Equals":[{"Fn::Sub":"${Shown}"},"x"]},
			"Yes":     {"Fn::Equals":[{"Ref":"Yes"},"****"]},
			"Literal": {"Fn::Equals":[1.5,"1.50"]},
			"Joined":  {"Fn::Equals":[{"Fn::Join":["",[1e3]]},"1000"]},
			"Zero":    {"Fn::Equals":[-0,"0"]},
			"Negative": {"Fn::Equals":[-5,"-5"]},
			"Half":    {"Fn::Equals":[{"Ref":"Half"},"0.5"]},
			"Halves":  {"Fn::Equals":[{"Fn::Select":[0,{"Ref":"Halves"}]},"1"]},
			"Whole":   {"Fn::Equals":[{"Ref":"Whole"},12]},
			"Text":    {"Fn::Equals":[{"Ref":"Text"},"0.50"]},
			"Bare":    {"Fn::Equals":[{"Ref":"Bare"},"1"]},
			"Mapped":  {"Fn::Equals":[{"Fn::FindInMap":["M","k","Half"]},"0.5"]},
			"MappedWhole": {"Fn::Equals":[{"Fn::FindInMap":["M","k","Whole"]},"5"]},
			"Key":     {"Fn::Equals":[{"Fn::FindInMap":["M",{"Ref":"Hidden"},"Whole",{"DefaultValue":"5"}]},"5"]},
			"Unused":  {"Fn::Equals":[{"Fn::If":["Whole","a",1.5]},"a"]},
			"Decided": {"Fn::Or":[{"Condition":"Literal"},{"Condition":"Whole"}]}
		}`),
	})
	for name, want := range map[string]string{
		"Hidden":      "Ref Hidden: a NoEcho parameter, whose value may be hidden from macros",
		"Shown":       "true",
		"Yes":         "Ref Yes: a NoEcho parameter, whose value may be hidden from macros",
		"Literal":     "the value: " + odd,
		"Joined":      "the value: " + odd,
		"Zero":        "the value: " + odd,
		"Negative":    "true",
		"Half":        "Ref Half: " + odd,
		"Halves":      "Ref Halves: " + odd,
		"Whole":       "true",
		"Text":        "true",
		"Bare":        "the value: " + odd,
		"Mapped":      "the value: " + odd,
		"MappedWhole": "true",
		"Key":         "Ref Hidden: a NoEcho parameter, whose value may be hidden from macros",
		"Unused":      "true",
		"Decided":     "true",
		"Is${X}":      "condition: its name contains a loop variable",
		"Is&{X}":      "condition: its name contains a loop variable",
	} {
		holds, err := e.Condition(name)
		got := fmt.Sprint(holds)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got  %s\nwant %s", name, got, want)
		}
	}
	v, err := e.Evaluate(jsontext.Value(`{"Fn::Sub":"${Hidden}"}`))
	if err != nil || v.Doubt == nil || v.Doubt.Function != "Fn::Sub Hidden" {
		t.Errorf("got doubt %v, %v", v.Doubt, err)
	}
	if v, err := e.Evaluate(jsontext.Value(`{"Ref":"Shown"}`)); err != nil || v.Doubt != nil {
		t.Errorf("got doubt %v, %v", v.Doubt, err)
	}
}

// A loop or a macro in the Conditions section can define each condition.
func TestCondition_with_functions(t *testing.T) {
	for _, function := range []string{"Fn::ForEach::Loop", "Fn::Transform"} {
		e := intrinsic.New(intrinsic.Context{Conditions: jsontext.Value(`{"Yes":{"Fn::Equals":["a","a"]},"` + function + `":[]}`)})
		_, err := e.Condition("Yes")
		const want = "condition Yes: the Conditions section contains Fn::ForEach or Fn::Transform, which can define it"
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", function, err, want)
		}
	}
}

// An evaluation ends when its budget is spent, and the next one has its own.
func TestEvaluate_budget(t *testing.T) {
	const one = `{"Fn::Select":[0,{"Fn::Split":["a",{"Fn::Sub":"${P}${P}${P}"}]}]}`
	list := func(n int) string { return `[` + strings.Repeat(one+",", n) + `"last"]` }
	e := intrinsic.New(intrinsic.Context{
		ParameterValues: map[string]jsontext.Value{"P": jsontext.Value(`"` + strings.Repeat("a", 4096) + `"`)},
		Conditions: jsontext.Value(`{"Costly":{"Fn::Equals":[` + list(45) + `,[]]},"Cheap":{"Fn::Equals":["a","a"]},
			"Both":{"Fn::Or":[{"Condition":"Half"},{"Condition":"Half2"}]},"Half":{"Fn::Equals":[` + list(25) + `,[]]},"Half2":{"Fn::Equals":[` + list(25) + `,[]]}}`),
	})
	const want = "the value: its evaluation would produce more than 1000000 list elements and bytes"
	for range 2 {
		if _, err := e.Evaluate(jsontext.Value(list(100))); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if _, err := e.Evaluate(jsontext.Value(list(20))); err != nil {
			t.Error(err)
		}
		if _, err := e.Condition("Costly"); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if _, err := e.Condition("Cheap"); err != nil {
			t.Error(err)
		}
	}
	// A condition that one evaluation cannot afford is still known to another.
	if _, err := e.Condition("Both"); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if holds, err := e.Condition("Half2"); err != nil || holds {
		t.Errorf("got %t, %v", holds, err)
	}
}

// Steps that produce nothing cost something too.
func TestEvaluate_budget_of_steps(t *testing.T) {
	list := `[` + strings.Repeat(`"1",`, 7999) + `"1"]`
	e := intrinsic.New(intrinsic.Context{
		Parameters:      jsontext.Value(`{"Numbers":{"Type":"List<Number>"}}`),
		ParameterValues: map[string]jsontext.Value{"Empty": jsontext.Value(`""`), "Numbers": jsontext.Value(list), "List": jsontext.Value(list)},
		Mappings:        jsontext.Value(`{"M":{"k":{"List":` + list + `}}}`),
	})
	nested := func(inner string) string {
		return `{"Fn::Sub":["` + strings.Repeat("${x}", 150) + `",{"x":` + inner + `}]}`
	}
	joined := func(element string, n int) string {
		return `{"Fn::Join":["",[` + strings.Repeat(element+",", n) + `""]]}`
	}
	for name, part := range map[string]string{
		"variables_of_Fn::Sub":        nested(nested(nested(`""`))),
		"references_in_Fn::Sub":       nested(nested(`{"Fn::Sub":"` + strings.Repeat("${Empty}", 100) + `"}`)),
		"space_in_Fn::Sub":            nested(nested(`{"Fn::Sub":"${` + strings.Repeat(" ", 1000) + `Empty}"}`)),
		"lists_of_numbers":            joined(`{"Fn::Select":["0",{"Ref":"Numbers"}]}`, 130),
		"lists_of_strings":            joined(`{"Fn::Select":["0",{"Ref":"List"}]}`, 130),
		"lists_of_the_Mappings":       joined(`{"Fn::Select":["0",{"Fn::FindInMap":["M","k","List"]}]}`, 130),
		"Fn::Join_in_each_other":      nested(nested(joined(`""`, 100))),
		"Fn::Select_of_long_literals": nested(nested(`{"Fn::Select":["99",[` + strings.Repeat(`"",`, 99) + `""]]}`)),
	} {
		t.Run(name, func(t *testing.T) {
			v, err := e.Evaluate(jsontext.Value(part))
			if err == nil || err.Error() != "the value: its evaluation would produce more than 1000000 list elements and bytes" {
				t.Errorf("%d bytes: got %v, %v", len(part), v, err)
			}
		})
	}
}

// Conditions that are too long to evaluate cost something, though others are evaluated after them.
func TestCondition_budget_of_long_texts(t *testing.T) {
	e := intrinsic.New(intrinsic.Context{
		ParameterValues: map[string]jsontext.Value{"P": jsontext.Value(`"` + strings.Repeat("a", 16000) + `"`)},
		Conditions: jsontext.Value(`{"Any":{"Fn::Or":[` + strings.Repeat(`{"Fn::Or":[`+strings.Repeat(`{"Condition":"Long"},{"Fn::Equals":[{"Fn::Sub":"${P}${P}"},""]},`, 4)+`{"Condition":"Long"}]},`, 9) +
			`{"Condition":"Long"}]},"All":{"Fn::And":[` + strings.Repeat(`{"Condition":"Any"},`, 1) + `{"Fn::Or":[` + strings.Repeat(`{"Fn::Or":[`+strings.Repeat(`{"Fn::Equals":[{"Fn::Sub":"${P}${P}"},""]},`, 9)+`{"Condition":"Long"}]},`, 9) +
			`{"Condition":"Long"}]}]},"Long":{"Fn::Equals":[{"Fn::Sub":"${P}${P}"},""]}}`),
	})
	if _, err := e.Condition("All"); err == nil || !strings.Contains(err.Error(), "its evaluation would produce more than") {
		t.Errorf("got %v", err)
	}
}

// What the budget does not cover is not evaluated again for each condition that refers to it.
func TestCondition_budget_once(t *testing.T) {
	const one = `{"Fn::Select":[0,{"Fn::Split":["a",{"Fn::Sub":"${P}${P}${P}"}]}]}`
	conditions := `{"Costly":{"Fn::Equals":[[` + strings.Repeat(one+",", 45) + `"last"],[]]}`
	for i := range 60 {
		conditions += fmt.Sprintf(`,"C%d":{"Fn::And":[{"Condition":"Costly"},{"Condition":"C%d"},{"Condition":"C%[2]d"}]}`, i, i+1)
	}
	e := intrinsic.New(intrinsic.Context{
		ParameterValues: map[string]jsontext.Value{"P": jsontext.Value(`"` + strings.Repeat("a", 4096) + `"`)},
		Conditions:      jsontext.Value(conditions + `,"C60":{"Fn::Equals":["a","a"]}}`),
	})
	done := make(chan error, 1)
	go func() {
		_, err := e.Condition("C0")
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "its evaluation would produce more than") {
			t.Errorf("got %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the evaluation does not end")
	}
}
