package template

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"amplify-boundary/internal/command/files"
)

// downloadLimit is the time that a download may take.
const downloadLimit = 30 * time.Second

// withoutQuery returns a URL for messages: its query can contain a signature, and its user information a password.
func withoutQuery(address *url.URL) string {
	return address.Scheme + "://" + address.Host + address.EscapedPath()
}

// parseURL reads the URL of a template.
func parseURL(address string) (*url.URL, error) {
	parsed, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, errors.New("a URL cannot be read; write https://HOST/PATH")
	case parsed.Scheme != "https" || parsed.Host == "":
		return nil, fmt.Errorf("%s: a template is fetched by https only", withoutQuery(parsed))
	}
	return parsed, nil
}

// download fetches a template that is public, or whose URL is signed.
func download(ctx context.Context, address *url.URL) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	response, err := (&http.Client{CheckRedirect: checkRedirect}).Do(request)
	if failure := (*url.Error)(nil); errors.As(err, &failure) {
		return nil, failure.Err // its own text has the query
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %s", response.Status)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, files.MaxSize+1))
	if err == nil && len(text) > files.MaxSize {
		err = errors.New("it is larger than 1 MB, more than CloudFormation accepts")
	}
	return text, err
}

func checkRedirect(request *http.Request, before []*http.Request) error {
	switch {
	case request.URL.Scheme != "https":
		return errors.New("the server redirects to a URL without https")
	case len(before) > 4:
		return errors.New("too many redirects")
	}
	return nil
}
