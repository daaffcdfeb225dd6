package ui

import (
	"context"

	"kscope/model"
)

// A Source knows the cluster. kafka.Client is one; tests use a script. It is all
// that ui knows of the outside world.
type Source interface {
	// Ask answers q, handing each event to emit, and returns once the answer is
	// complete or ctx is done. Emit may be called from one goroutine at a time;
	// it may block. Errors are *model.Problem where there is something to say.
	Ask(ctx context.Context, q model.Query, emit func(model.Event)) error

	// Do carries out cmd and hands what came of it to emit. When it returns an
	// error of kind model.Unknown the change may have happened all the same.
	Do(ctx context.Context, cmd model.Command, emit func(model.Event)) error
}

// A Decoding source brings a decoder that knows what the cluster's payloads need:
// the schema registry, descriptors of Protobuf messages.
type Decoding interface{ Decoder() model.Decoder }

// DecoderOf returns the decoder that source brings, or one that knows no schemas.
func DecoderOf(source Source) model.Decoder {
	if s, ok := source.(Decoding); ok {
		return s.Decoder()
	}
	return model.Plain{}
}
