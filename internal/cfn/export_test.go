package cfn

// Skip is what [Outline] reads values with.
var Skip = skip
