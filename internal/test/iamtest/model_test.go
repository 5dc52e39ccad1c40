package iamtest

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// What is answered has members of the SDK's model.
func TestModel(t *testing.T) {
	for _, pair := range [][2]reflect.Type{
		{reflect.TypeFor[result](), reflect.TypeFor[types.EvaluationResult]()},
		{reflect.TypeFor[specific](), reflect.TypeFor[types.ResourceSpecificResult]()},
	} {
		for i := range pair[0].NumField() {
			field := pair[0].Field(i)
			name, _, _ := strings.Cut(strings.Split(field.Tag.Get("xml"), ">")[0], ",")
			if name == "" {
				name = field.Name
			}
			if _, found := pair[1].FieldByName(name); !found && field.Name != "XMLName" {
				t.Errorf("%s: the model has no member %s", pair[1], name)
			}
		}
	}
}
