"""What every web process shares, in `./shop run` as in production; gunicorn reads this file by itself."""

# Twice what `interflora.middleware.KindTooLarge` lets through, so that a person whose address was mangled or grew too
# long reads a page of ours; past it gunicorn answers by itself, with a line.
limit_request_line = 8190
