FROM --platform=$BUILDPLATFORM registry.invalid/somebody/alpine:3 AS wanted
ARG WORD=nothing
RUN printf %s "$WORD" > /word
FROM wanted
RUN printf %s last > /word
