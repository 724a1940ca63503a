package sandbox

import (
	"net/http"

	"github.com/mallwire/mall"
)

// route is what a carrier reports about a parcel.
type route struct {
	State string `json:"state"` // the platform's word
	Text  string `json:"text"`
	Place string `json:"place"`
}

// carrier is a [platform] whose waybills carriers report about. Its method is
// called with Sandbox.mu held.
type carrier interface {
	// reportRoute takes a report and returns all there are of the waybill.
	reportRoute(trackingNo string, r route) (routes any, err error)
}

// postRoute lets a carrier report something about a waybill.
func (s *Sandbox) postRoute(r *http.Request) (int, any, error) {
	var b struct {
		Platform   mall.Platform `json:"platform"`
		TrackingNo string        `json:"tracking_no"`
		route
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	p, err := powerOf[carrier](s, b.Platform, "waybills")
	if err != nil {
		return 0, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	routes, err := p.reportRoute(b.TrackingNo, b.route)
	return http.StatusCreated, map[string]any{"routes": routes}, err
}
