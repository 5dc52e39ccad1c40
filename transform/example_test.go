package transform_test

import (
	"fmt"

	"amplify-boundary/transform"
)

func ExampleParse() {
	fragment, err := transform.Parse([]byte(`{
  "Resources": {
    "Reader": {"Type": "AWS::IAM::Role"},
    "Sub": {"Type": "AWS::CloudFormation::Stack"}
  }
}`), transform.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(fragment.Shape, fragment.NothingToBound())
	for _, r := range fragment.NestedStacks {
		fmt.Println(r)
	}
	// Output:
	// template false
	// Sub (AWS::CloudFormation::Stack)
}

func ExampleFragment_Bound() {
	fragment, err := transform.Parse([]byte(`{
  "Resources": {
    "Reader": {
      "Type": "AWS::IAM::Role",
      "Properties": {
        "MaxSessionDuration": 3.6e3
      }
    }
  }
}`), transform.Options{})
	if err != nil {
		panic(err)
	}
	result, err := fragment.Bound("arn:aws:iam::123456789012:policy/Developer")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(result.Fragment.Join()))
	// Output:
	// {
	//   "Resources": {
	//     "Reader": {
	//       "Type": "AWS::IAM::Role",
	//       "Properties": {
	//         "PermissionsBoundary": "arn:aws:iam::123456789012:policy/Developer",
	//         "MaxSessionDuration": 3.6e3
	//       }
	//     }
	//   }
	// }
}

func ExampleFragment_Bound_fault() {
	fragment, err := transform.Parse([]byte(`{"Resources": {"Handler": {"Type": "AWS::Serverless::Function"}}}`), transform.Options{})
	if err != nil {
		panic(err)
	}
	_, err = fragment.Bound("arn:aws:iam::123456789012:policy/Developer")
	fmt.Println(err)
	// Output:
	// AmplifyBoundary cannot set the permissions boundary on every role (Handler: AWS::Serverless::Function); list AmplifyBoundary after AWS::Serverless-2016-10-31: SAM creates roles later
}
