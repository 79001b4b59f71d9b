"""The headers of every response: what the browser may load, show and keep."""

from flask import Flask, Response, request

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self' data:",
    "connect-src 'self'", "frame-src 'self' blob:", "worker-src 'self' blob:", "manifest-src 'self'", "form-action 'self'",
    "base-uri 'none'", "object-src 'none'", "frame-ancestors {ancestors}",
))
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
A_YEAR = 365 * 24 * 3600


def install(app: Flask, *, secure: bool) -> None:
    """Put the headers on all that leaves; `secure` when people reach us by TLS."""
    def protect(response: Response) -> Response:
        response.headers.update(ALWAYS)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(ancestors="'none'"))
        response.headers.setdefault("X-Frame-Options", "DENY")
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
        if request.endpoint == "static" and response.status_code < 400:
            # A built bundle carries the digest of its content in its name.
            built = str((request.view_args or {}).get("filename", "")).startswith("dist/")
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if built else "public, max-age=3600"
        else:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(protect)


def framed(response: Response, *, policy: str | None = None) -> Response:
    """Let our own pages show this response in a frame, under `policy` when it holds what others wrote."""
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Security-Policy"] = policy or POLICY.format(ancestors="'self'")
    return response
