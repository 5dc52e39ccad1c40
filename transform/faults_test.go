package transform_test

import (
	"testing"

	"amplify-boundary/transform"
)

// TestProblems looks at the problem that one resource has; it has none where it is bounded or left alone.
func TestProblems(t *testing.T) {
	const none = 255
	role := func(properties string) string { return `{"Type": "AWS::IAM::Role", "Properties": ` + properties + `}` }
	for name, test := range map[string]struct {
		resource string
		want     transform.Problem
	}{
		"only_ref":                   {role(`{"Ref": "P"}`), transform.PropertiesIntrinsic},
		"only_function":              {role(`{"Fn::FindInMap": ["A", "B", "C"]}`), transform.PropertiesIntrinsic},
		"only_unknown_function":      {role(`{"Fn::Unknown": 1}`), transform.PropertiesIntrinsic},
		"function_and_property":      {role(`{"Fn::If": ["C", {}, {}], "Path": "/"}`), none},
		"property_and_ref":           {role(`{"Path": "/", "Ref": "P"}`), none},
		"two_functions":              {role(`{"Fn::If": ["C", {}, {}], "Ref": "P"}`), none},
		"only_property":              {role(`{"Path": "/"}`), none},
		"only_boundary":              {role(`{"PermissionsBoundary": null}`), none},
		"no_property":                {role(`{}`), none},
		"properties_null":            {role(`null`), transform.PropertiesNotObject},
		"properties_list":            {role(`[{}]`), transform.PropertiesNotObject},
		"properties_loop":            {role(`{"Fn::ForEach::L": []}`), transform.LoopInside},
		"properties_variable":        {role(`{"Permissions${X}": "a"}`), transform.LoopVariableName},
		"properties_other_variable":  {role(`{"Permissions&{X}": "a"}`), transform.LoopVariableName},
		"properties_escaped":         {role(`{"Permissions\u0024{X}": "a"}`), transform.LoopVariableName},
		"properties_transform":       {role(`{"Fn::Transform": {}}`), transform.LeftoverTransform},
		"transform_before_loop":      {role(`{"Fn::ForEach::L": [], "Fn::Transform": {}}`), transform.LeftoverTransform},
		"loop_before_variable":       {role(`{"${X}": 1, "Fn::ForEach::L": []}`), transform.LoopInside},
		"variable_in_value":          {role(`{"Path": "/${X}/"}`), none},
		"boundary_transform":         {role(`{"PermissionsBoundary": {"Fn::Transform": {}}}`), transform.LeftoverTransform},
		"boundary_loop":              {role(`{"PermissionsBoundary": {"Fn::ForEach::L": []}}`), transform.LoopInside},
		"boundary_variable":          {role(`{"PermissionsBoundary": {"R${X}": "a"}}`), transform.LoopVariableName},
		"boundary_branch_transform":  {role(`{"PermissionsBoundary": {"Fn::If": ["C", "a", {"Fn::Transform": {}}]}}`), transform.LeftoverTransform},
		"resource_loop":              {`{"Type": "A::B::C", "Fn::ForEach::L": []}`, transform.LoopInside},
		"resource_variable":          {`{"Type": "A::B::C", "Prop&{X}": 1}`, transform.LoopVariableName},
		"resource_transform":         {`{"Type": "AWS::SNS::Topic", "Fn::Transform": {}}`, transform.LeftoverTransform},
		"resource_transform_no_type": {`{"Fn::Transform": {}}`, transform.LeftoverTransform},
		"property_transform":         {`{"Type": "AWS::SNS::Topic", "Properties": {"Fn::Transform": {}}}`, none},
		"type_variable":              {`{"Type": "AWS::IAM::${X}"}`, transform.LoopVariableType},
		"type_other_variable":        {`{"Type": "AWS::IAM::&{X}"}`, transform.LoopVariableType},
		"type_missing":               {`{"Properties": {}}`, transform.NoType},
		"type_function":              {`{"Type": {"Ref": "P"}}`, transform.NoType},
		"type_empty":                 {`{"Type": ""}`, transform.NoType},
		"not_an_object":              {`["AWS::IAM::Role"]`, transform.NoType},
		"serverless":                 {`{"Type": "AWS::Serverless::Api"}`, transform.Serverless},
		"serverless_like":            {`{"Type": "My::AWS::Serverless"}`, none},
		"type_of_two_parts":          {`{"Type": "AWS::IAM"}`, transform.MalformedType},
		"type_of_four_parts":         {`{"Type": "My::AWS::Serverless::Api"}`, transform.MalformedType},
		"type_with_space":            {`{"Type": "AWS::IAM::Role "}`, transform.MalformedType},
		"type_with_empty_part":       {`{"Type": "AWS::::Role"}`, transform.MalformedType},
		"type_with_one_colon":        {`{"Type": "AWS:IAM:Role"}`, transform.MalformedType},
		"type_with_odd_letter":       {`{"Type": "AWS::IAM::R\u043ele"}`, transform.MalformedType},
		"type_in_brackets":           {`{"Type": "{{resolve:ssm:/type}}"}`, transform.MalformedType},
		"custom":                     {`{"Type": "Custom::My-Own_Thing@2"}`, none},
		"custom_without_name":        {`{"Type": "Custom::"}`, transform.MalformedType},
		"custom_with_space":          {`{"Type": "Custom::A B"}`, transform.MalformedType},
		"custom_lower_case":          {`{"Type": "custom::A"}`, transform.MalformedType},
		"third_party":                {`{"Type": "MyOrg::X1::Y2"}`, none},
		"module":                     {`{"Type": "My::AWS::Thing::MODULE"}`, transform.Module},
		"module_inside":              {`{"Type": "My::MODULE::Thing"}`, none},
		"role_like":                  {`{"Type": "AWS::IAM::RoleX", "Properties": 1}`, none},
	} {
		t.Run(name, func(t *testing.T) {
			for position, fragment := range map[string]string{
				"template":  `{"Resources": {"R": ` + test.resource + `}}`,
				"resources": `{"Fn::ForEach::L": ["X", [], {"R": ` + test.resource + `}], "S": {"Type": "AWS::SNS::Topic"}}`,
			} {
				got := transform.Problem(none)
				for _, f := range read(t, fragment, transform.Options{}).Faults() {
					if got != none || f.LogicalID != "R" {
						t.Errorf("%s: got another fault %v", position, f)
					}
					got = f.Problem
				}
				if got != test.want {
					t.Errorf("%s: got %d, want %d", position, got, test.want)
				}
			}
		})
	}
}

// TestMisplaced looks at what stands in place of a resource, in a map of resources and in a loop's body.
func TestMisplaced(t *testing.T) {
	const none = 255
	for name, test := range map[string]struct {
		member string
		want   transform.Problem
	}{
		"transform":           {`"Fn::Transform": {"Type": "AWS::SNS::Topic"}`, transform.LeftoverTransform},
		"transform_escaped":   {`"Fn\u003a:Transform": 1`, transform.LeftoverTransform},
		"function":            {`"Fn::FindInMap": {"Type": "AWS::SNS::Topic"}`, transform.MisplacedFunction},
		"function_of_a_list":  {`"Fn::FindInMap": ["A", "B", "C"]`, transform.MisplacedFunction},
		"loop_without_a_name": {`"Fn::ForEach": ["X", [], {}]`, transform.MisplacedFunction},
		"function_variable":   {`"Fn::${X}": {"Type": "AWS::SNS::Topic"}`, transform.MisplacedFunction},
		"ref":                 {`"Ref": "X"`, transform.NoType},
		"loop":                {`"Fn::ForEach::M": ["X", [], {}]`, none},
		"loop_no_list":        {`"Fn::ForEach::M": {}`, transform.MalformedLoop},
		"loop_of_two":         {`"Fn::ForEach::M": ["X", {}]`, transform.MalformedLoop},
		"loop_of_four":        {`"Fn::ForEach::M": ["X", [], {}, {}]`, transform.MalformedLoop},
		"loop_body_list":      {`"Fn::ForEach::M": ["X", [], []]`, transform.MalformedLoop},
		"loop_body_function":  {`"Fn::ForEach::M": ["X", [], {"Fn::If": ["C", {}, {}]}]`, transform.MisplacedFunction},
		"variable":            {`"R${X}": {"Type": "AWS::SNS::Topic"}`, none},
	} {
		t.Run(name, func(t *testing.T) {
			for position, fragment := range map[string]string{
				"template": `{"Resources": {` + test.member + `}}`,
				"loop":     `{"Resources": {"Fn::ForEach::L": ["X", [], {` + test.member + `}]}}`,
			} {
				got := transform.Problem(none)
				for _, f := range read(t, fragment, transform.Options{}).Faults() {
					got = f.Problem
				}
				if got != test.want {
					t.Errorf("%s: got %d, want %d", position, got, test.want)
				}
			}
		})
	}
}
