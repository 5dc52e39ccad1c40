package mototest

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// Refuse answers a call in the place of moto, with an error in the form of AWS's query protocol.
func Refuse(w http.ResponseWriter, status int, code, message string) {
	var text strings.Builder
	_ = xml.EscapeText(&text, []byte(message))
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, text.String())
}
