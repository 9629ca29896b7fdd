package catalog

import "github.com/electric-cli/electric/pg"

// objects holds every object by class and OID. The system's own, made from
// pg's rows when they are asked for, stand apart in arrays: they are looked up
// far more often than any other, and they are a cache, not part of the state.
type objects struct {
	entered [classCount]map[pg.OID]Object
	system  [classCount][]Object // by OID; nil until the class is first used
}

// systemOIDs is FirstNormalObjectId: smaller OIDs are the system's.
const systemOIDs = 16384

func (s *objects) get(a Address) Object {
	if a.OID < systemOIDs {
		if list := s.system[a.Class]; list != nil && list[a.OID] != nil {
			return list[a.OID]
		}
	}
	return s.entered[a.Class][a.OID]
}

func (s *objects) set(a Address, o Object) {
	if s.entered[a.Class] == nil {
		s.entered[a.Class] = map[pg.OID]Object{}
	}
	s.entered[a.Class][a.OID] = o
}

func (s *objects) remove(a Address) { delete(s.entered[a.Class], a.OID) }

// keep remembers a system object that was made from its row.
func (s *objects) keep(a Address, o Object) {
	if s.system[a.Class] == nil {
		s.system[a.Class] = make([]Object, systemOIDs)
	}
	s.system[a.Class][a.OID] = o
}
