package intrinsic_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

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
		"transform":           {`{"Fn::Transform":{}}`, "Fn::Transform: what a macro makes of it cannot be known"},
		"other_function":      {`{"Fn::Base64":"hunter2"}`, "Fn::Base64: this macro does not evaluate it"},
		"odd_function":        {`{"Fn::hunter2 hunter2":"x"}`, "the value: an object that is not one intrinsic function"},
		"resource":            {`{"Ref":"Queue"}`, "Ref Queue: it is no template parameter, and only CloudFormation knows its value"},
		"odd_name":            {`{"Ref":"hunter2 hunter2"}`, "Ref: it is no template parameter, and only CloudFormation knows its value"},
		"ref_list":            {`{"Ref":["Bucket"]}`, "Ref: malformed; its form is the name of a template parameter"},
		"stack_name":          {`{"Ref":"AWS::StackName"}`, "Ref AWS::StackName: only CloudFormation knows its value"},
		"stack_id":            {`{"Fn::Sub":"${AWS::StackId}"}`, "Fn::Sub AWS::StackId: only CloudFormation knows its value"},
		"resolve":             {`"{{resolve:secretsmanager:hunter2}}"`, "{{resolve:...}}: only CloudFormation can look it up"},
		"resolve_parameter":   {`{"Ref":"Resolve"}`, "{{resolve:...}}: only CloudFormation can look it up"},
		"resolve_map":         {`{"Fn::FindInMap":["Regions","eu-west-1","Secret"]}`, "{{resolve:...}}: only CloudFormation can look it up"},
		"resolve_joined":      {`{"Fn::Join":["",["{{res","olve:ssm:x}}"]]}`, "{{resolve:...}}: only CloudFormation can look it up"},
		"resolve_sub":         {`{"Fn::Sub":["{{${X}:ssm:x}}",{"X":"resolve"}]}`, "{{resolve:...}}: only CloudFormation can look it up"},
		"output":              {`{"Ref":"Output"}`, "{{IntrinsicFunction:...}}: an output of another resource, which a change set with nested stacks does not know yet; pass it as a literal"},
		"stored_condition":    {`{"Fn::If":["Stored","a","b"]}`, "Ref Stored: only CloudFormation looks it up in Parameter Store"},
		"stored_key":          {`{"Fn::FindInMap":["Regions",{"Ref":"Stored"},"Bucket",{"DefaultValue":"a"}]}`, "Ref Stored: only CloudFormation looks it up in Parameter Store"},
		"attribute":           {`{"Fn::Sub":"${Queue.Arn}"}`, "Fn::Sub Queue.Arn: an attribute of a resource; only CloudFormation knows its value"},
		"sub_resource":        {`{"Fn::Sub":"${Queue}"}`, "Fn::Sub Queue: it is no template parameter, and only CloudFormation knows its value"},
		"sub_list":            {`{"Fn::Sub":"${List}"}`, "Fn::Sub List: it is no text"},
		"sub_no_value":        {`{"Fn::Sub":"${AWS::NoValue}"}`, "Fn::Sub AWS::NoValue: it is no text"},
		"sub_empty_name":      {`{"Fn::Sub":"a${}b"}`, "Fn::Sub: malformed; its form is text with ${name} in it"},
		"sub_number":          {`{"Fn::Sub":5}`, "Fn::Sub: malformed; its form is text or [text, {name: value, ...}]"},
		"sub_function":        {`{"Fn::Sub":[{"Ref":"Bucket"},{}]}`, "Fn::Sub: malformed; its form is text or [text, {name: value, ...}]"},
		"sub_one":             {`{"Fn::Sub":["x"]}`, "Fn::Sub: malformed; its form is text or [text, {name: value, ...}]"},
		"sub_no_object":       {`{"Fn::Sub":["x",["y"]]}`, "Fn::Sub: malformed; its form is text or [text, {name: value, ...}]"},
		"sub_twice":           {`{"Fn::Sub":["${x}",{"y":"1","y":"2","x":"3"}]}`, "the value: not valid JSON"},
		"object_parameter":    {`{"Ref":"Object"}`, "the value: an object where a text or a list belongs"},
		"function_parameter":  {`{"Ref":"Functions"}`, "the value: an object or a list within a list"},
		"object":              {`{"a":"hunter2"}`, "the value: an object that is not one intrinsic function"},
		"empty_object":        {`{}`, "the value: an object that is not one intrinsic function"},
		"two_functions":       {`{"Ref":"Bucket","Fn::Sub":"x"}`, "the value: an object that is not one intrinsic function"},
		"list_in_list":        {`["a",["b"]]`, "the value: a list within a list"},
		"parameter_in_list":   {`["a",{"Ref":"List"}]`, "the value: a list within a list"},
		"join_text":           {`{"Fn::Join":["","hunter2"]}`, "Fn::Join: its last argument is no list"},
		"join_delimiter":      {`{"Fn::Join":[["a"],["b"]]}`, "Fn::Join: one of its arguments is no text"},
		"join_one":            {`{"Fn::Join":[""]}`, "Fn::Join: malformed; its form is [delimiter, [value, ...]]"},
		"join_three":          {`{"Fn::Join":["",[],""]}`, "Fn::Join: malformed; its form is [delimiter, [value, ...]]"},
		"join_object":         {`{"Fn::Join":{"a":"b"}}`, "Fn::Join: malformed; its form is [delimiter, [value, ...]]"},
		"select_beyond":       {`{"Fn::Select":[3,["a","b","c"]]}`, "Fn::Select: the list has no element of that index"},
		"select_beyond_split": {`{"Fn::Select":[3,{"Ref":"List"}]}`, "Fn::Select: the list has no element of that index"},
		"select_negative":     {`{"Fn::Select":[-1,["a"]]}`, "Fn::Select: malformed; its form is [index, [value, ...]]"},
		"select_text":         {`{"Fn::Select":["hunter2",["a"]]}`, "Fn::Select: malformed; its form is [index, [value, ...]]"},
		"select_moved":        {`{"Fn::Select":[1,[{"Ref":"AWS::NoValue"},"a","b"]]}`, "Fn::Select: an absent value in its list"},
		"select_no_list":      {`{"Fn::Select":[0,{"Ref":"Bucket"}]}`, "Fn::Select: its last argument is no list"},
		"split_nothing":       {`{"Fn::Split":["","hunter2"]}`, "Fn::Split: malformed; its form is [delimiter, text]"},
		"split_list":          {`{"Fn::Split":[",",["a"]]}`, "Fn::Split: one of its arguments is no text"},
		"no_map":              {`{"Fn::FindInMap":["Nowhere","a","b"]}`, "Fn::FindInMap Nowhere: no such keys in the Mappings that this macro sees; a snippet shows it none"},
		"no_map_of_a_value":   {`{"Fn::FindInMap":[{"Ref":"Secret"},"a","b"]}`, "Fn::FindInMap: no such keys in the Mappings that this macro sees; a snippet shows it none"},
		"no_key":              {`{"Fn::FindInMap":["Regions","hunter2","Bucket"]}`, "Fn::FindInMap Regions: no such keys in the Mappings that this macro sees; a snippet shows it none"},
		"no_entry":            {`{"Fn::FindInMap":["Regions","eu-west-1","hunter2"]}`, "Fn::FindInMap Regions: no such keys in the Mappings that this macro sees; a snippet shows it none"},
		"too_deep_a_path":     {`{"Fn::FindInMap":["Regions","eu-west-1","Object"]}`, "the value: an object where a text or a list belongs"},
		"odd_default":         {`{"Fn::FindInMap":["Regions","a","b",{"Default":"x"}]}`, "Fn::FindInMap: malformed; its form is [map, key, key] or [map, key, key, {DefaultValue: value}]"},
		"plain_default":       {`{"Fn::FindInMap":["Regions","a","b","x"]}`, "Fn::FindInMap: malformed; its form is [map, key, key] or [map, key, key, {DefaultValue: value}]"},
		"two_keys":            {`{"Fn::FindInMap":["Regions","a"]}`, "Fn::FindInMap: malformed; its form is [map, key, key] or [map, key, key, {DefaultValue: value}]"},
		"if_unknown":          {`{"Fn::If":["Unknown","a","b"]}`, "Ref AWS::StackName: only CloudFormation knows its value"},
		"if_no_condition":     {`{"Fn::If":["Nowhere","a","b"]}`, "condition Nowhere: it is none of the Conditions that this macro sees; a snippet shows it none"},
		"if_itself":           {`{"Fn::If":["Self","a","b"]}`, "condition Self: it refers to itself"},
		"if_two":              {`{"Fn::If":["Yes","a"]}`, "Fn::If: malformed; its form is [condition, value, value]"},
		"if_function":         {`{"Fn::If":[{"Condition":"Yes"},"a","b"]}`, "Fn::If: malformed; its form is [condition, value, value]"},
		"long":                {`"` + long + `x"`, "the value: longer than 16,384 bytes"},
		"long_join":           {`{"Fn::Join":["` + long + `",["a","b"]]}`, "Fn::Join: longer than 16,384 bytes"},
		"long_sub":            {`{"Fn::Sub":["` + strings.Repeat("${A}", 200) + `",{"A":"` + long[:100] + `"}]}`, "Fn::Sub: longer than 16,384 bytes"},
		"long_list":           {`["` + long + `","` + long + `"]`, "a list: longer than 16,384 bytes"},
		"deep":                {strings.Repeat(`{"Fn::Join":["",[`, 5000) + strings.Repeat(`]]}`, 5000), "the value: nested more than 200 levels deep"},
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
		"String":    "the condition: it is neither Fn::Equals, Fn::And, Fn::Or, Fn::Not nor Condition",
		"Two":       "the value: an object that is not one intrinsic function",
		"Odd":       "Fn::Equals: malformed; its form is [value, value]",
		"NotTwo":    "Fn::Not: malformed; its form is [condition]",
		"Elsewhere": "condition Elsewhere: it is none of the Conditions that this macro sees; a snippet shows it none",
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
	if want := "the condition: nested more than 200 levels deep"; err == nil || err.Error() != want {
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
	const want = "the loop variable Name: it differs from round to round; list AWS::LanguageExtensions before this macro"
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

// A long text is read once for all loops around it: else this would take minutes.
func TestEvaluate_many_loop_variables(t *testing.T) {
	var variables []string
	for i := range 2_000 {
		variables = append(variables, fmt.Sprintf("Name%d", i))
	}
	mappings := jsontext.Value(`{"M":{"k":{"long":"` + strings.Repeat("$,", 8_000) + `"}}}`)
	joined := strings.Repeat(`{"Fn::Join":["",[{"Fn::FindInMap":["M","k","long"]}]]},`, 10_000) + `"last"`
	v, err := intrinsic.New(intrinsic.Context{Mappings: mappings}).Evaluate(jsontext.Value(`{"Fn::Select":[10000,[`+joined+`]]}`), variables...)
	if got := shown(v); err != nil || got != "last" {
		t.Errorf("got %s, %v", got, err)
	}
}
