package transform_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

// keepOptions are those of a stack whose parameters have values.
func keepOptions() transform.Options {
	return transform.Options{
		Existing: transform.Keep,
		ParameterValues: map[string]jsontext.Value{
			"ARN":     jsontext.Value(`"` + otherARN + `"`),
			"Empty":   jsontext.Value(`""`),
			"Word":    jsontext.Value(`"hunter2"`),
			"Space":   jsontext.Value(`" "`),
			"Role":    jsontext.Value(`"arn:aws:iam::123456789012:role/r"`),
			"List":    jsontext.Value(`["` + otherARN + `"]`),
			"Later":   jsontext.Value(`"{{IntrinsicFunction:stack/R.Outputs.X/Fn::GetAtt}}"`),
			"Stage":   jsontext.Value(`"prod"`),
			"Stored":  jsontext.Value(`"` + otherARN + `"`),
			"Null":    jsontext.Value(`null`),
			"Unicode": jsontext.Value(`"\u0061rn:aws:iam::aws:policy/x"`),
		},
	}
}

// outcomes of a role with a boundary under keep.
const (
	kept      = "kept"
	filled    = "filled"
	refused   = "refused"
	untouched = "same"
)

func TestKeep(t *testing.T) {
	for name, test := range map[string]struct{ boundary, want string }{
		"arn":                      {`"` + otherARN + `"`, kept},
		"arn_of_aws":               {`"arn:aws-cn:iam::aws:policy/service/Name"`, kept},
		"environments_arn":         {`"` + transformtest.ARN + `"`, untouched},
		"word":                     {`"hunter2"`, refused},
		"white_space":              {`" "`, refused},
		"arn_in_white_space":       {`" ` + otherARN + `"`, refused},
		"none":                     {`"none"`, refused},
		"placeholder":              {`"arn:aws:iam::${AWS::AccountId}:policy/x"`, refused},
		"role_arn":                 {`"arn:aws:iam::123456789012:role/r"`, refused},
		"dynamic_reference":        {`"{{resolve:ssm:/boundary}}"`, kept},
		"dynamic_reference_in_arn": {`"arn:aws:iam::123456789012:policy/{{resolve:ssm:/name}}"`, kept},
		"number":                   {`1`, refused},
		"false":                    {`false`, refused},
		"list":                     {`["` + otherARN + `"]`, refused},
		"empty_object":             {`{}`, refused},

		"null":     {`null`, filled},
		"empty":    {`""`, filled},
		"no_value": {`{"Ref": "AWS::NoValue"}`, filled},

		"ref_resource":         {`{"Ref": "Policy"}`, kept},
		"ref_arn":              {`{"Ref": "ARN"}`, kept},
		"ref_stored":           {`{"Ref": "Stored"}`, kept},
		"ref_arn_escaped":      {`{"R\u0065f": "\u0041RN"}`, kept},
		"ref_unicode":          {`{"Ref": "Unicode"}`, kept},
		"ref_empty":            {`{"Ref": "Empty"}`, filled},
		"ref_null":             {`{"Ref": "Null"}`, refused},
		"ref_word":             {`{"Ref": "Word"}`, refused},
		"ref_space":            {`{"Ref": "Space"}`, refused},
		"ref_role":             {`{"Ref": "Role"}`, refused},
		"ref_list":             {`{"Ref": "List"}`, refused},
		"ref_later":            {`{"Ref": "Later"}`, refused},
		"ref_unknown":          {`{"Ref": "Nowhere"}`, refused},
		"ref_pseudo":           {`{"Ref": "AWS::StackId"}`, refused},
		"ref_region":           {`{"Ref": "AWS::Region"}`, refused},
		"ref_number":           {`{"Ref": 1}`, refused},
		"ref_list_of_no_value": {`{"Ref": ["AWS::NoValue"]}`, refused},
		"ref_beside_others":    {`{"Ref": "Policy", "x": 1}`, refused},
		"ref_after_others":     {`{"x": 1, "Ref": "Policy"}`, refused},
		"no_value_beside":      {`{"Ref": "AWS::NoValue", "x": 1}`, refused},
		"no_value_after":       {`{"x": 1, "Ref": "AWS::NoValue"}`, refused},

		"get_att":          {`{"Fn::GetAtt": ["Policy", "PolicyArn"]}`, kept},
		"get_stack_output": {`{"Fn::GetStackOutput": {"StackName": "s", "OutputName": "o"}}`, kept},
		"import_value":     {`{"Fn::ImportValue": {"Fn::Sub": "${Stage}-boundary"}}`, kept},

		"sub_text":              {`{"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/x"}`, kept},
		"sub_text_last":         {`{"Fn::Sub": "${Prefix}-x"}`, kept},
		"sub_text_of_list":      {`{"Fn::Sub": ["arn:${A}", {"A": {"Ref": "Nowhere"}}]}`, kept},
		"sub_escaped_reference": {`{"Fn::Sub": "${!Name}"}`, kept},
		"sub_dollar":            {`{"Fn::Sub": "$"}`, kept},
		"sub_empty":             {`{"Fn::Sub": ""}`, refused},
		"sub_only_empty":        {`{"Fn::Sub": "${Empty}${Empty}"}`, refused},
		"sub_only_arn":          {`{"Fn::Sub": "${ARN}"}`, refused},
		"sub_unknown":           {`{"Fn::Sub": "${Nowhere}"}`, refused},
		"sub_space":             {`{"Fn::Sub": " ${Empty}"}`, refused},
		"sub_space_last":        {`{"Fn::Sub": "${Empty} "}`, refused},
		"sub_of_two_texts":      {`{"Fn::Sub": ["${Nowhere}", "text"]}`, refused},
		"sub_loop_variable":     {`{"Fn::Sub": "&{X}"}`, refused},
		"sub_variable":          {`{"Fn::Sub": ["${A}", {"A": ""}]}`, refused},
		"sub_number":            {`{"Fn::Sub": 1}`, refused},
		"sub_empty_list":        {`{"Fn::Sub": []}`, refused},

		"join_text":              {`{"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, "iam"]]}`, kept},
		"join_empty":             {`{"Fn::Join": ["", []]}`, refused},
		"join_empty_texts":       {`{"Fn::Join": ["", ["", {"Ref": "Empty"}]]}`, refused},
		"join_only_delimiter":    {`{"Fn::Join": ["-", [{"Ref": "Empty"}, {"Ref": "AWS::NoValue"}]]}`, refused},
		"join_arn":               {`{"Fn::Join": ["", [{"Ref": "ARN"}]]}`, refused},
		"join_list_parameter":    {`{"Fn::Join": ["", {"Ref": "List"}]}`, refused},
		"join_unknown":           {`{"Fn::Join": ["", [{"Ref": "Nowhere"}]]}`, refused},
		"join_text_in_delimiter": {`{"Fn::Join": ["x", [{"Ref": "Nowhere"}]]}`, refused},
		"join_delimiter_a_list":  {`{"Fn::Join": [["x"], [{"Ref": "Nowhere"}]]}`, refused},
		"join_malformed":         {`{"Fn::Join": "x"}`, refused},

		"find_in_map":         {`{"Fn::FindInMap": ["M", {"Ref": "Stage"}, "B"]}`, refused},
		"find_in_map_empty":   {`{"Fn::FindInMap": ["M", "none", "B"]}`, refused},
		"find_in_map_missing": {`{"Fn::FindInMap": ["M", "nowhere", "B"]}`, refused},
		"select":              {`{"Fn::Select": [0, {"Ref": "List"}]}`, refused},
		"select_empty":        {`{"Fn::Select": [0, ["", "` + otherARN + `"]]}`, refused},
		"select_beyond":       {`{"Fn::Select": [1, {"Ref": "List"}]}`, refused},
		"split":               {`{"Fn::Split": [",", "a,b"]}`, refused},
		"base64":              {`{"Fn::Base64": "x"}`, refused},
		"unknown_function":    {`{"Fn::Boundary": "x"}`, refused},

		"if_kept":           {`{"Fn::If": ["C", "` + otherARN + `", {"Ref": "Policy"}]}`, kept},
		"if_filled":         {`{"Fn::If": ["C", "", {"Ref": "Empty"}]}`, filled},
		"if_kept_filled":    {`{"Fn::If": ["C", {"Ref": "ARN"}, {"Ref": "Empty"}]}`, kept + " " + filled},
		"if_doubtful":       {`{"Fn::If": ["C", "` + otherARN + `", {"Ref": "Nowhere"}]}`, refused},
		"if_deep":           {`{"Fn::If": ["C", {"Fn::If": ["C", "", {"Ref": "ARN"}]}, "` + transformtest.ARN + `"]}`, kept + " " + filled},
		"if_same":           {`{"Fn::If": ["C", "` + transformtest.ARN + `", "` + transformtest.ARN + `"]}`, untouched},
		"if_of_two":         {`{"Fn::If": ["C", "` + otherARN + `"]}`, refused},
		"if_beside_others":  {`{"Fn::If": ["C", "` + otherARN + `", "` + otherARN + `"], "x": 1}`, refused},
		"if_in_join":        {`{"Fn::Join": ["", [{"Fn::If": ["Never", "", {"Ref": "ARN"}]}]]}`, refused},
		"if_in_join_stored": {`{"Fn::Join": ["", [{"Fn::If": ["Stored", "", {"Ref": "ARN"}]}]]}`, refused},
		"map_stored":        {`{"Fn::FindInMap": ["M", {"Ref": "Stored"}, "B", {"DefaultValue": "` + otherARN + `"}]}`, refused},
		"if_in_join_absent": {`{"Fn::Join": ["", [{"Fn::If": ["Never", {"Ref": "ARN"}, ""]}]]}`, refused},
	} {
		t.Run(name, func(t *testing.T) {
			fragment := `{
				"Parameters": {"Stage": {"Type": "String"}, "Stored": {"Type": "AWS::SSM::Parameter::Value<String>"}},
				"Mappings": {"M": {"prod": {"B": "` + otherARN + `"}, "none": {"B": ""}}},
				"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}, "Stored": {"Fn::Equals": [{"Ref": "Stored"}, "b"]}},
				"Resources": {"Policy": {"Type": "AWS::IAM::ManagedPolicy"}, "Fn::ForEach::Before": ["Stage", ["a"], {}],
				"Role": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": ` + test.boundary + `}}}}`
			if got := outcomeOf(t, fragment, keepOptions()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// outcomeOf says what becomes of the role of a fragment. What is kept must be unchanged in the result.
func outcomeOf(t *testing.T, fragment string, options transform.Options) string {
	t.Helper()
	result, err := read(t, fragment, options).Bound(transformtest.ARN)
	if err != nil {
		if got := err.Error(); !strings.Contains(got, "Role: a PermissionsBoundary that may be absent or not a policy's ARN") &&
			!strings.Contains(got, "the fragment: a PermissionsBoundary that may be absent or not a policy's ARN") {
			t.Errorf("got message %s", got)
		}
		return refused
	}
	var outcomes []string
	for _, f := range []struct {
		name string
		list []transform.Resource
	}{{kept, result.Kept}, {filled, result.Added}, {untouched, result.Same}, {"replaced", result.Replaced}} {
		if len(f.list) > 0 {
			outcomes = append(outcomes, f.name)
		}
	}
	if changed := string(result.Fragment.Join()) != fragment; changed != slices.Contains(outcomes, filled) {
		t.Errorf("got %s of %s", outcomes, result.Fragment.Join())
	}
	return strings.Join(outcomes, " ")
}

func TestKeepInLoops(t *testing.T) {
	for name, test := range map[string]struct{ boundary, want string }{
		"arn":                   {`"` + otherARN + `"`, kept},
		"ref_resource":          {`{"Ref": "Policy"}`, kept},
		"ref_parameter":         {`{"Ref": "ARN"}`, kept},
		"ref_empty":             {`{"Ref": "Empty"}`, filled},
		"ref_variable":          {`{"Ref": "X"}`, refused},
		"ref_outer_variable":    {`{"Ref": "Word"}`, refused},
		"ref_name_of_variable":  {`{"Ref": "Policy${X}"}`, refused},
		"sub_text":              {`{"Fn::Sub": "arn:aws:iam::123456789012:policy/${X}"}`, kept},
		"sub_variable":          {`{"Fn::Sub": "${X}"}`, refused},
		"sub_arn":               {`{"Fn::Sub": "${ARN}"}`, refused},
		"find_in_map_default":   {`{"Fn::FindInMap": ["M", "${X}", "B", {"DefaultValue": "` + otherARN + `"}]}`, refused},
		"arn_named_by_variable": {`"arn:aws:iam::123456789012:policy/${X}"`, refused},
	} {
		t.Run(name, func(t *testing.T) {
			fragment := `{"Resources": {"Policy": {"Type": "AWS::IAM::ManagedPolicy"},
				"Fn::ForEach::Outer": ["Word", ["a"], {"Fn::ForEach::Inner": ["X", ["a"], {
				"Role": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": ` + test.boundary + `}}}]}]}}`
			options := keepOptions()
			options.ParameterValues["Word"] = options.ParameterValues["ARN"]
			options.ParameterValues["X"] = options.ParameterValues["ARN"]
			if got := outcomeOf(t, fragment, options); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A snippet shows neither the template's other resources nor its sections.
func TestKeepInSnippets(t *testing.T) {
	const (
		resources  = `{"Policy": {"Type": "AWS::IAM::ManagedPolicy"}, "Mappings": {"Type": "AWS::SNS::Topic", "M": {"prod": {"B": "arn:aws:iam::123456789012:policy/x"}}}, "Role": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": %}}}`
		resource   = `{"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": %}}`
		properties = `{"AssumeRolePolicyDocument": {}, "PermissionsBoundary": %}`
	)
	for name, test := range map[string]struct{ fragment, boundary, want string }{
		"resources_ref_resource":  {resources, `{"Ref": "Policy"}`, kept},
		"resources_ref_unknown":   {resources, `{"Ref": "Nowhere"}`, refused},
		"resources_map":           {resources, `{"Fn::FindInMap": ["M", "prod", "B"]}`, refused},
		"resource_ref_resource":   {resource, `{"Ref": "Policy"}`, kept},
		"resource_ref_parameter":  {resource, `{"Ref": "ARN"}`, kept},
		"resource_ref_empty":      {resource, `{"Ref": "Empty"}`, filled},
		"resource_ref_word":       {resource, `{"Ref": "Word"}`, refused},
		"resource_ref_variable":   {resource, `{"Ref": "Policy${X}"}`, refused},
		"resource_ref_nothing":    {resource, `{"Ref": ""}`, refused},
		"properties_ref_resource": {properties, `{"Ref": "Policy"}`, kept},
		"properties_ref_empty":    {properties, `{"Ref": "Empty"}`, filled},
		"properties_ref_pseudo":   {properties, `{"Ref": "AWS::StackName"}`, refused},
	} {
		t.Run(name, func(t *testing.T) {
			if got := outcomeOf(t, strings.Replace(test.fragment, "%", test.boundary, 1), keepOptions()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Under the other modes, only literal values count.
func TestExistingModes(t *testing.T) {
	fragment := `{"Resources": {
		"Half":   {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Fn::If": ["C", "` + transformtest.ARN + `", ""]}}},
		"Empty":  {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Fn::If": ["C", null, ""]}}},
		"Full":   {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Fn::If": ["C", "` + transformtest.ARN + `", "` + transformtest.ARN + `"]}}},
		"Doubt":  {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "Empty"}}}}}`
	options := keepOptions()
	options.Existing = transform.Replace
	result, err := read(t, fragment, options).Bound(transformtest.ARN)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(roles("Half", "Full", "Doubt"), result.Replaced); diff != "" {
		t.Errorf("replaced (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(roles("Empty"), result.Added); diff != "" {
		t.Errorf("added (-want +got):\n%s", diff)
	}
	options.Existing = transform.Reject
	_, err = read(t, fragment, options).Bound(transformtest.ARN)
	want := "AmplifyBoundary cannot set the permissions boundary on every role (Doubt: another PermissionsBoundary); remove PermissionsBoundary: AmplifyBoundary sets it"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
