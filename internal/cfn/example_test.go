package cfn_test

import (
	"fmt"

	"amplify-boundary/internal/cfn"
)

func ExampleInsert() {
	text := []byte(`{ "Path": "/app/", "MaxSessionDuration": 3.6e3 }`)
	object, err := cfn.ReadObject(text, "the properties")
	if err != nil {
		panic(err)
	}
	edit := cfn.Insert(text, object.At, "RoleName", []byte(`"Reader"`))
	after, err := cfn.Apply(text, []cfn.Edit{edit})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(after))
	// Output: { "RoleName": "Reader", "Path": "/app/", "MaxSessionDuration": 3.6e3 }
}

func ExampleCut() {
	text := []byte(`{ "Path": "/app/", "RoleName": "Reader", "MaxSessionDuration": 3.6e3 }`)
	object, err := cfn.ReadObject(text, "the properties")
	if err != nil {
		panic(err)
	}
	name, _ := object.Find("RoleName")
	edit := cfn.Cut(text, object.At, name.At)
	after, err := cfn.Apply(text, []cfn.Edit{edit})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(after))
	// Output: { "Path": "/app/", "MaxSessionDuration": 3.6e3 }
}
