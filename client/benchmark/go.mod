module github.com/mallwire/mall/client/benchmark

go 1.26.0

require (
	github.com/goccy/go-json v0.12.0
	github.com/mallwire/mall v0.0.0
)

require (
	github.com/go-resty/resty/v2 v2.17.2 // indirect
	golang.org/x/net v0.43.0 // indirect
	golang.org/x/time v0.16.0 // indirect
)

replace github.com/mallwire/mall => ../..
