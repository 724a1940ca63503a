module github.com/mallwire/mall/webhook/benchmark

go 1.26.0

require (
	github.com/goccy/go-json v0.12.0
	github.com/mallwire/mall v0.0.0
)

replace github.com/mallwire/mall => ../..
