// Package listen serves HTTP the way a server on a developer's own machine
// should: on one port HTTP/1.1, HTTP/2 without TLS, and HTTPS with HTTP/2, by a
// certificate that is made there.
//
// Browsers open six connections to a host by HTTP/1.1, so more than five live
// shapes stall a page, and with it the app's own development server. By HTTP/2
// they share one, which browsers speak by HTTPS alone.
//
// It imports nothing of ours.
package listen
