package decode

import (
	"errors"
	"os"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	// Declarations that a file may import without bringing them.
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"

	"kscope/model"
)

// messages are those of topics that one was named for.
type messages struct {
	of    map[place]protoreflect.MessageDescriptor
	types *dynamicpb.Types
}

func (m *messages) has(at place) bool { return m.of[at] != nil }

// read reads a message that nothing comes before.
func (m *messages) read(at place, data []byte) model.Decoded {
	d := m.of[at]
	var got reading
	_, err := guarded(func() (_ []byte, err error) {
		got, err = readMessage(make([]byte, 0, 2*len(data)+64), data, d, m.types)
		return nil, err
	})
	if err != nil {
		return model.Unread(data, "This is no "+string(d.FullName())+": "+err.Error(), err)
	}
	return model.Decoded{Format: model.FormatProtobuf, JSON: got.json, Unknown: got.unknown, Schema: model.SchemaRef{Name: got.name}}
}

// readMessages reads the file of descriptors, and looks the messages up in it.
func readMessages(p model.Proto) (messages, error) {
	if p.File == "" {
		return messages{}, nil
	}
	content, err := os.ReadFile(p.File)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return messages{}, invalid("The descriptor file "+p.File+" cannot be read: "+err.Error(), "check its name", err)
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(content, &set); err != nil || len(set.File) == 0 {
		return messages{}, invalid("The file "+p.File+" holds no Protobuf descriptors", "make it with protoc --include_imports --descriptor_set_out=FILE", err)
	}
	files, err := filesOf(&set)
	if err != nil {
		return messages{}, invalid("The descriptors in "+p.File+" are not complete: "+ofProto(err).Error(), "make it with protoc --include_imports --descriptor_set_out=FILE", err)
	}
	m := messages{of: map[place]protoreflect.MessageDescriptor{}, types: dynamicpb.NewTypes(files)}
	for _, named := range p.Messages {
		d, err := files.FindDescriptorByName(protoreflect.FullName(named.Message))
		found, ok := d.(protoreflect.MessageDescriptor)
		if !ok {
			return messages{}, invalid("There is no message "+named.Message+" in "+p.File, "name it with its package", err)
		}
		m.of[place{named.Topic, named.Part}] = found
	}
	return m, nil
}

// filesOf links descriptors to each other, and to those that every program with
// Protobuf has.
func filesOf(set *descriptorpb.FileDescriptorSet) (*protoregistry.Files, error) {
	present := map[string]bool{}
	for _, f := range set.File {
		present[f.GetName()] = true
	}
	for i := 0; i < len(set.File); i++ { // which grows
		for _, name := range set.File[i].Dependency {
			if f, err := protoregistry.GlobalFiles.FindFileByPath(name); err == nil && !present[name] {
				present[name] = true
				set.File = append(set.File, protodesc.ToFileDescriptorProto(f))
			}
		}
	}
	return protodesc.NewFiles(set)
}

// resolverOf finds what compiled files declare, and what they import.
func resolverOf(files linker.Files) *protoregistry.Files {
	r := &protoregistry.Files{}
	var add func(f protoreflect.FileDescriptor)
	add = func(f protoreflect.FileDescriptor) {
		if _, err := r.FindFileByPath(f.Path()); err == nil || f.IsPlaceholder() {
			return
		}
		for i := range f.Imports().Len() {
			add(f.Imports().Get(i).FileDescriptor)
		}
		_ = r.RegisterFile(f) // that of two files with the same name the first counts
	}
	for _, f := range files {
		add(f)
	}
	return r
}

func invalid(says, fix string, cause error) *model.Problem {
	return &model.Problem{Kind: model.Invalid, Says: says, Fix: fix, Cause: cause}
}
