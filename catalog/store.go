package catalog

import "slices"

// objects holds every object by class and OID. The system's own, made from
// pg's rows when they are asked for, stand apart in arrays: they are looked up
// far more often than any other, and they are a cache, not part of the state.
type objects struct {
	entered byAddress[Object]
	lists   [classCount][]Object // what entered holds, by class
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
	return s.entered.get(a)
}

func (s *objects) set(a Address, o Object) {
	s.remove(a) // one that takes another's place
	*s.entered.at(a) = o
	s.lists[a.Class] = append(s.lists[a.Class], o)
}

func (s *objects) remove(a Address) {
	place := s.entered.at(a)
	if *place == nil {
		return
	}
	*place = nil
	list := s.lists[a.Class]
	for i := len(list) - 1; i >= 0; i-- { // what goes has seldom been there for long
		if list[i].header().OID == a.OID {
			s.lists[a.Class] = slices.Delete(list, i, i+1)
			return
		}
	}
}

// keep remembers a system object that was made from its row.
func (s *objects) keep(a Address, o Object) {
	if s.system[a.Class] == nil {
		s.system[a.Class] = make([]Object, systemOIDs)
	}
	s.system[a.Class][a.OID] = o
}
