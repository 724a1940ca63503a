package sandbox

import (
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// postRoute adds a carrier's tracking report on a waybill.
func (s *Sandbox) postRoute(r *http.Request) (int, any, error) {
	var b struct {
		Platform   mall.Platform `json:"platform"`
		TrackingNo string        `json:"tracking_no"`
		stage.Route
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	p, err := lockFor[stage.Carrier](s.On(b.Platform), "waybills")
	if err != nil {
		return 0, nil, err
	}
	defer s.mu.Unlock()
	routes, err := p.ReportRoute(b.TrackingNo, b.Route)
	return http.StatusCreated, map[string]any{"routes": routes}, err
}
