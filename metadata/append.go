package metadata

// Append adds what other holds. The result has to be sorted again.
func (s *Schema) Append(other *Schema) {
	s.Schemas = append(s.Schemas, other.Schemas...)
	s.Extensions = append(s.Extensions, other.Extensions...)
	s.Tables = append(s.Tables, other.Tables...)
	s.Views = append(s.Views, other.Views...)
	s.Sequences = append(s.Sequences, other.Sequences...)
	s.Enums = append(s.Enums, other.Enums...)
	s.Domains = append(s.Domains, other.Domains...)
	s.Composites = append(s.Composites, other.Composites...)
	s.Ranges = append(s.Ranges, other.Ranges...)
	s.BaseTypes = append(s.BaseTypes, other.BaseTypes...)
	s.Functions = append(s.Functions, other.Functions...)
	s.Operators = append(s.Operators, other.Operators...)
	s.Collations = append(s.Collations, other.Collations...)
	s.Statistics = append(s.Statistics, other.Statistics...)
	s.EventTriggers = append(s.EventTriggers, other.EventTriggers...)
	s.Publications = append(s.Publications, other.Publications...)
}
