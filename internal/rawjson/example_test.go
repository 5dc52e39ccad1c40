package rawjson_test

import (
	"fmt"

	"amplify-boundary/internal/rawjson"
)

func ExampleInsert() {
	text := []byte(`{ "Path": "/app/", "MaxSessionDuration": 3.6e3 }`)
	object, err := rawjson.ReadAll(text, "the properties")
	if err != nil {
		panic(err)
	}
	edit := rawjson.Insert(text, object.At, "RoleName", []byte(`"Reader"`))
	fmt.Println(string(rawjson.Apply(text, []rawjson.Edit{edit})))
	// Output: { "RoleName": "Reader", "Path": "/app/", "MaxSessionDuration": 3.6e3 }
}

func ExampleCut() {
	text := []byte(`{ "Path": "/app/", "RoleName": "Reader", "MaxSessionDuration": 3.6e3 }`)
	object, err := rawjson.ReadAll(text, "the properties")
	if err != nil {
		panic(err)
	}
	name, _ := object.Find("RoleName")
	edit := rawjson.Cut(text, object.At, name.At)
	fmt.Println(string(rawjson.Apply(text, []rawjson.Edit{edit})))
	// Output: { "Path": "/app/", "MaxSessionDuration": 3.6e3 }
}
