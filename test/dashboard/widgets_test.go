package dashboard

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v4"
)

// variable is what CloudFormation replaces in Fn::Sub.
var variable = regexp.MustCompile(`\$\{[^}]+\}`)

// queries returns the queries of the dashboard in template.yaml, by the titles of their widgets. The test fails if
// CloudWatch would refuse the dashboard.
func queries(t testing.TB) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources struct {
			LogDashboard struct {
				Properties struct {
					DashboardBody yaml.Node `yaml:"DashboardBody"`
				} `yaml:"Properties"`
			} `yaml:"LogDashboard"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	// Fn::Sub of the body and of one variable, GuardWidgets, which is Fn::If of Fn::Sub and an empty string.
	sub := template.Resources.LogDashboard.Properties.DashboardBody.Content
	if len(sub) != 2 || len(sub[1].Content) != 2 || len(sub[1].Content[1].Content) != 3 {
		t.Fatal("the dashboard does not have the form that this test reads")
	}
	guard := sub[1].Content[1].Content
	if guard[2].Value != "" {
		t.Errorf("without the guard, got widgets %s", guard[2].Value)
	}
	found := widgets(t, strings.ReplaceAll(sub[0].Value, "${GuardWidgets}", guard[1].Value))
	if len(widgets(t, strings.ReplaceAll(sub[0].Value, "${GuardWidgets}", ""))) >= len(found) {
		t.Error("the guard has no widgets")
	}
	return found
}

// widgets decodes a body as CloudWatch does, see
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html.
func widgets(t testing.TB, body string) map[string]string {
	t.Helper()
	var dashboard struct {
		Widgets []struct {
			Type       string `json:"type"`
			X          int    `json:"x"`
			Y          int    `json:"y"`
			Width      int    `json:"width"`
			Height     int    `json:"height"`
			Properties struct {
				Title   string  `json:"title"`
				Region  string  `json:"region"`
				View    string  `json:"view"`
				Query   string  `json:"query"`
				Stat    string  `json:"stat"`
				Period  int     `json:"period"`
				Metrics [][]any `json:"metrics"`
			} `json:"properties"`
		} `json:"widgets"`
	}
	if err := json.Unmarshal([]byte(variable.ReplaceAllString(body, "x")), &dashboard, json.RejectUnknownMembers(true)); err != nil {
		t.Fatalf("the body is not JSON, or has an unknown member: %v", err)
	}
	found := make(map[string]string)
	for _, w := range dashboard.Widgets {
		p := w.Properties
		if w.Width < 1 || w.X+w.Width > 24 || w.Height < 1 || p.Title == "" || p.Region != "x" {
			t.Errorf("widget %q: got %+v", p.Title, w)
		}
		switch w.Type {
		case "log":
			if found[p.Title] != "" || (p.View != "table" && p.View != "timeSeries") {
				t.Errorf("widget %q: there are two, or its view is %q", p.Title, p.View)
			}
			found[p.Title] = p.Query
		case "metric":
			if len(p.Metrics) == 0 || p.Stat == "" || p.Period == 0 {
				t.Errorf("widget %q has no metrics, statistic or period", p.Title)
			}
		default:
			t.Errorf("widget %q: got type %s", p.Title, w.Type)
		}
	}
	return found
}

// A request can name any account and environment, and every new value of a dimension is a new metric at the operator's cost.
func TestMetrics_noDimensions(t *testing.T) {
	text, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string `yaml:"Type"`
			Properties struct {
				MetricTransformations []map[string]yaml.Node `yaml:"MetricTransformations"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	found := 0
	for name, resource := range template.Resources {
		for _, metric := range resource.Properties.MetricTransformations {
			found++
			if _, set := metric["Dimensions"]; set {
				t.Errorf("%s has dimensions", name)
			}
		}
	}
	if found == 0 {
		t.Error("found no metrics")
	}
}
