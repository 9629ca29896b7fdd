package metadata

import "encoding/json"

// Sparse JSON leaves out what has its usual value. These methods put the values back that are not Go's zero ones, so
// that a schema reads the same from either form.

func (t *Table) UnmarshalJSON(data []byte) error {
	type plain Table
	if err := json.Unmarshal(data, (*plain)(t)); err != nil {
		return err
	}
	for i := range t.Columns {
		number(&t.Columns[i].Ordinal, &t.Columns[i].Attnum, i)
	}
	return nil
}

func (v *View) UnmarshalJSON(data []byte) error {
	type plain View
	one := plain{Populated: true}
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	for i := range one.Columns {
		number(&one.Columns[i].Ordinal, &one.Columns[i].Attnum, i)
	}
	if one.Kind != "materialized" {
		one.Populated = false
	}
	*v = View(one)
	return nil
}

func (c *Composite) UnmarshalJSON(data []byte) error {
	type plain Composite
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	for i := range c.Attributes {
		number(&c.Attributes[i].Ordinal, &c.Attributes[i].Attnum, i)
	}
	return nil
}

// number fills in the position of the column at index i of its list.
func number(ordinal, attnum *int, i int) {
	if *ordinal == 0 {
		*ordinal = i + 1
	}
	if *attnum == 0 {
		*attnum = *ordinal
	}
}

func (c *Column) UnmarshalJSON(data []byte) error {
	type plain Column
	one := plain{IsLocal: true}
	err := json.Unmarshal(data, &one)
	*c = Column(one)
	return err
}

func (k *Key) UnmarshalJSON(data []byte) error {
	type plain Key
	one := plain{IsLocal: true}
	err := json.Unmarshal(data, &one)
	*k = Key(one)
	return err
}

func (u *Unique) UnmarshalJSON(data []byte) error {
	var own struct {
		NullsNotDistinct bool `json:"nulls_not_distinct"`
	}
	if err := json.Unmarshal(data, &own); err != nil {
		return err
	}
	u.NullsNotDistinct = own.NullsNotDistinct
	return json.Unmarshal(data, &u.Key)
}

func (f *ForeignKey) UnmarshalJSON(data []byte) error {
	type plain ForeignKey
	one := plain{Validated: true, Enforced: true, IsLocal: true}
	err := json.Unmarshal(data, &one)
	*f = ForeignKey(one)
	return err
}

func (c *Check) UnmarshalJSON(data []byte) error {
	type plain Check
	one := plain{Validated: true, Enforced: true, IsLocal: true}
	err := json.Unmarshal(data, &one)
	*c = Check(one)
	return err
}

func (x *Exclusion) UnmarshalJSON(data []byte) error {
	type plain Exclusion
	one := plain{IsLocal: true}
	err := json.Unmarshal(data, &one)
	*x = Exclusion(one)
	return err
}

func (n *NotNull) UnmarshalJSON(data []byte) error {
	type plain NotNull
	one := plain{Validated: true, IsLocal: true}
	err := json.Unmarshal(data, &one)
	*n = NotNull(one)
	return err
}

func (d *DomainCheck) UnmarshalJSON(data []byte) error {
	type plain DomainCheck
	one := plain{Validated: true}
	err := json.Unmarshal(data, &one)
	*d = DomainCheck(one)
	return err
}

func (i *Index) UnmarshalJSON(data []byte) error {
	type plain Index
	one := plain{Valid: true}
	err := json.Unmarshal(data, &one)
	*i = Index(one)
	return err
}

func (p *Policy) UnmarshalJSON(data []byte) error {
	type plain Policy
	one := plain{Permissive: true}
	err := json.Unmarshal(data, &one)
	*p = Policy(one)
	return err
}

func (c *Collation) UnmarshalJSON(data []byte) error {
	type plain Collation
	one := plain{Deterministic: true}
	err := json.Unmarshal(data, &one)
	*c = Collation(one)
	return err
}
