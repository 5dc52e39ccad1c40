package registry_test

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/registrytest"
)

func ExampleLookup() {
	source := registrytest.Values{
		"/amplify-boundary/prod":          "arn:aws:iam::${AWS::AccountId}:policy/prod",
		"/amplify-boundary/shop/prod":     "arn:aws:iam::${AWS::AccountId}:policy/${Project}-${Environment}",
		"/amplify-boundary/shop/_default": "none",
	}
	for _, e := range []environment.Environment{
		{Name: "prod"},
		{Name: "prod", Project: "shop"},
		{Name: "feature-7", Project: "shop"},
		{Name: "feature-7"},
	} {
		entry, err := registry.Lookup(context.Background(), source, registry.DefaultPrefix, e)
		if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) {
			fmt.Println(err)
			continue
		}
		if entry.Value.IsNone() {
			fmt.Println(entry.Name, "says that there is no boundary")
			continue
		}
		arn, _ := entry.Resolve(boundary.Scope{AccountID: "123456789012", Region: "eu-west-1", Environment: e.Name, Project: e.Project})
		fmt.Println(entry.Name, arn)
	}
	// Output:
	// /amplify-boundary/prod arn:aws:iam::123456789012:policy/prod
	// /amplify-boundary/shop/prod arn:aws:iam::123456789012:policy/shop-prod
	// /amplify-boundary/shop/_default says that there is no boundary
	// environment feature-7 has no boundary: no SSM parameter found (looked up /amplify-boundary/feature-7, /amplify-boundary/_default)
}
